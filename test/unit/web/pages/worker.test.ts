import { describe, expect, it } from 'vitest';
import type {
  LogLine,
  WorkerExitView,
  WorkerSample,
  WorkerTransition,
} from '../../../../src/client/index.ts';
import { readPlainData } from '../../../../web/src/pages/worker/actions/plain-data.ts';
import { linesAfter, searchLines } from '../../../../web/src/pages/worker/logs/log-view.ts';
import { SAMPLES_SHOWN, withSample } from '../../../../web/src/pages/worker/overview/samples.ts';
import { timelineOf } from '../../../../web/src/pages/worker/overview/timeline-entries.ts';
import { workerTabOf } from '../../../../web/src/pages/worker/worker-tabs.ts';

const move = (revision: number, at: number): WorkerTransition =>
  ({ revision, at, from: 'starting', to: 'running', trigger: 'x' }) as WorkerTransition;
const exit = (at: number): WorkerExitView => ({ at, cause: 'crashed' }) as WorkerExitView;
const sample = (at: number): WorkerSample => ({ at }) as WorkerSample;
const line = (message: string, facts?: LogLine['facts']): LogLine => ({
  at: 1,
  level: 'info',
  message,
  ...(facts !== undefined && { facts }),
});

describe('the timeline of a worker', () => {
  it('has moves and ends together, newest first', () => {
    const entries = timelineOf([move(1, 10), move(2, 30)], [exit(20)]);
    expect(entries.map(({ at }) => at)).toEqual([30, 20, 10]);
  });

  it('has a move once that came both ways', () => {
    expect(timelineOf([move(1, 10), move(1, 10)], [])).toHaveLength(1);
  });

  it('puts the moves of one moment in their order, and an end before them', () => {
    const entries = timelineOf([move(1, 10), move(2, 10)], [exit(10)]);
    const names = entries.map((one) => (one.kind === 'move' ? one.move.revision : 'exit'));
    expect(names).toEqual([2, 1, 'exit']);
  });
});

describe('samples', () => {
  it('grow by newer ones only', () => {
    const samples = [sample(1), sample(2)];
    expect(withSample(samples, sample(3))).toHaveLength(3);
    expect(withSample(samples, sample(2))).toBe(samples);
    expect(withSample(samples, undefined)).toBe(samples);
  });

  it('forget the oldest', () => {
    const full = Array.from({ length: SAMPLES_SHOWN }, (_, at) => sample(at));
    const next = withSample(full, sample(SAMPLES_SHOWN));
    expect(next).toHaveLength(SAMPLES_SHOWN);
    expect(next[0]?.at).toBe(1);
  });
});

describe('lines of a log', () => {
  it('that wait are those behind the last that is shown', () => {
    const [a, b, c] = [line('a'), line('b'), line('c')];
    expect(linesAfter([a, b, c], a)).toEqual([b, c]);
    expect(linesAfter([a, b, c], c)).toEqual([]);
  });

  it('all wait if the last that is shown is forgotten', () => {
    expect(linesAfter([line('a')], line('gone'))).toHaveLength(1);
    expect(linesAfter([line('a')], null)).toHaveLength(1);
  });

  it('are found by message and facts, however written', () => {
    const lines = [line('Crossed up'), line('other', { symbol: 'BTC/USDT' })];
    expect(searchLines(lines, ' crossed')).toEqual([lines[0]]);
    expect(searchLines(lines, 'btc')).toEqual([lines[1]]);
    expect(searchLines(lines, ' ')).toBe(lines);
  });
});

describe('data for a strategy', () => {
  it('is none, a value or wrong', () => {
    expect(readPlainData('  ')).toEqual({ data: undefined, fault: null });
    expect(readPlainData('{"a":[1]}')).toEqual({ data: { a: [1] }, fault: null });
    expect(readPlainData('{a').fault).not.toBeNull();
  });
});

describe('the tab of an address', () => {
  it('is the overview unless it is one', () => {
    expect(workerTabOf('logs')).toBe('logs');
    expect(workerTabOf('nothing')).toBe('overview');
    expect(workerTabOf(null)).toBe('overview');
  });
});
