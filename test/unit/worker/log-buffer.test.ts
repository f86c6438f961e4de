import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_MESSAGE_BYTES } from '../../../src/protocol/limits.ts';
import { Message } from '../../../src/protocol/message.ts';
import { readWorkerMessage } from '../../../src/protocol/worker-message.ts';
import { LogBuffer, type LogLine } from '../../../src/worker/log-buffer.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function collect(linesPerSecond = 1_000): { log: LogBuffer; batches: LogLine[][] } {
  const batches: LogLine[][] = [];
  return { log: new LogBuffer(linesPerSecond, (lines) => batches.push(lines)), batches };
}

describe('LogBuffer', () => {
  it('sends lines together, a moment later', () => {
    const { log, batches } = collect();
    log.add('info', 'one');
    log.add('warn', 'two', { n: 1 });
    const before = batches.length;
    vi.advanceTimersByTime(100);
    expect([before, batches]).toEqual([
      0,
      [
        [
          { at: 1_000_000, level: 'info', message: 'one' },
          { at: 1_000_000, level: 'warn', message: 'two', facts: { n: 1 } },
        ],
      ],
    ]);
  });

  it('sends nothing where there is nothing', () => {
    const { log, batches } = collect();
    log.flush();
    expect(batches).toEqual([]);
  });

  it('sends at once when asked, and not again', () => {
    const { log, batches } = collect();
    log.add('info', 'one');
    log.flush();
    vi.advanceTimersByTime(1_000);
    expect(batches).toHaveLength(1);
  });

  it('sends many lines without waiting', () => {
    const { log, batches } = collect();
    for (let line = 0; line < 450; line += 1) log.add('info', `${line}`);
    expect(batches.map((lines) => lines.length)).toEqual([200, 200]);
  });

  it('drops and counts what is past the limit of a second', () => {
    const { log, batches } = collect(3);
    for (let line = 0; line < 5; line += 1) log.add('info', `${line}`);
    log.flush();
    expect([batches.flat().map(({ message }) => message), log.dropped]).toEqual([
      ['0', '1', '2'],
      2,
    ]);
  });

  it('has room again in the next second', () => {
    const { log, batches } = collect(1);
    log.add('info', 'one');
    vi.advanceTimersByTime(1_000);
    log.add('info', 'two');
    log.flush();
    expect([batches.flat().length, log.dropped]).toEqual([2, 0]);
  });

  it('takes nothing at all with a limit of 0', () => {
    const { log, batches } = collect(0);
    log.add('error', 'one');
    log.flush();
    expect([batches, log.dropped]).toEqual([[], 1]);
  });

  it('cuts a long line', () => {
    const { log, batches } = collect();
    log.add('info', 'x'.repeat(10_000));
    log.flush();
    expect(batches.flat()[0]?.message).toBe(`${'x'.repeat(4_096)}…`);
  });
});

describe('facts', () => {
  function factsOf(facts: unknown): unknown {
    const { log, batches } = collect();
    log.add('info', 'line', facts as Record<string, unknown>);
    log.flush();
    return batches.flat()[0]?.facts;
  }

  it('are kept as they were when they were logged', () => {
    const { log, batches } = collect();
    const facts = { list: [1] };
    log.add('info', 'line', facts);
    facts.list.push(2);
    log.flush();
    expect(batches.flat()[0]?.facts).toEqual({ list: [1] });
  });

  it('that are long are cut', () => {
    expect(factsOf({ text: 'x'.repeat(10_000) })).toEqual({
      cut: expect.stringMatching(/^\{"text":"x{4087}$/),
    });
  });

  it('that are no plain data are named', () => {
    expect(factsOf({ big: 1n, other: 2 })).toEqual({ unserializable: ['big', 'other'] });
  });

  // A line that the host can't read would take all lines of its batch with it.
  it.each([
    ['a number', 42, { value: 42 }],
    ['text', 'x', { value: 'x' }],
    ['a list', [1, 2], { value: [1, 2] }],
    ['null', null, { value: null }],
    ['a bigint', 5n, { unserializable: [] }],
    ['a function', () => undefined, {}],
    ['a date', new Date(0), { value: '1970-01-01T00:00:00.000Z' }],
  ])('that are %s are kept in a form that the host reads', (_what, facts, expected) => {
    expect(factsOf(facts) ?? {}).toEqual(expected);
  });
});

describe('a batch', () => {
  /** What reaches the host. */
  function received(batches: LogLine[][]): number {
    let lines = 0;
    for (const batch of batches) {
      const json = new Message('log', { payload: { lines: batch } }).toJson();
      const read = readWorkerMessage(Message.fromJson(json));
      if (read.type === 'log') lines += read.payload.lines.length;
    }
    return lines;
  }

  it.each([
    ['text', 'x'],
    ['text of three bytes a character', '中'],
    ['text that JSON escapes', '\u0001'],
  ])('of the longest lines fits into messages: %s', (_what, character) => {
    const { log, batches } = collect();
    const text = character.repeat(10_000);
    for (let line = 0; line < 300; line += 1) log.add('info', text, { text });
    log.flush();
    expect(received(batches)).toBe(300);
  });

  it('is far from the limit with lines as usual', () => {
    const { log, batches } = collect();
    for (let line = 0; line < 200; line += 1) log.add('info', `bar ${line} handled`, { line });
    const json = JSON.stringify(batches[0]);
    expect([batches.length, json.length < MAX_MESSAGE_BYTES / 10]).toEqual([1, true]);
  });

  it.each([5, undefined, null, { a: 1 }, new Error('no')])(
    'is read by the host also with %s for a message',
    (message) => {
      const { log, batches } = collect();
      log.add('info', message as unknown as string);
      log.flush();
      expect(received(batches)).toBe(1);
    },
  );
});
