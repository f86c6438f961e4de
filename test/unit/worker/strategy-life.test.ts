import { createRequire } from 'node:module';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { MarketAttachment, MarketReceiver } from '../../../src/ipc/market-transport.ts';
import type { Assignment, StartOrder, StartTopic } from '../../../src/protocol/host-message.ts';
import { LogBuffer, type LogLine } from '../../../src/worker/log-buffer.ts';
import { StrategyLife } from '../../../src/worker/strategy-life.ts';
import type { WorkerEnd } from '../../../src/worker/errors.ts';
import { bars, BARS, moduleOf, settle, TRADES } from './support.ts';

const ZOD = createRequire(import.meta.url).resolve('zod');

interface Life {
  readonly life: StrategyLife;
  readonly log: LogBuffer;
  readonly attached: MarketAttachment[];
  readonly lines: LogLine[];
  readonly ends: WorkerEnd[];
  readonly progress: number[];
  /** What the strategy writes down by `globalThis.seen`. */
  readonly seen: string[];
}

const channel = (channelId: number): MarketAttachment => ({
  transport: 'zeromq',
  channelId,
  fence: `fence:${channelId}`,
});

function order(topics: readonly StartTopic[]): StartOrder {
  return { topics: [...topics], state: null, paused: false, trading: null };
}

/** Begins the life of a strategy whose members are `code`; `seen` is a list that it can write to. */
async function begin(code: string, overrides: Partial<Assignment> = {}): Promise<Life> {
  const key = `seen-${Math.random()}`;
  const seen: string[] = [];
  (globalThis as Record<string, unknown>)[key] = seen;
  onTestFinished(() => void delete (globalThis as Record<string, unknown>)[key]);
  const modulePath = await moduleOf(
    `const seen = globalThis[${JSON.stringify(key)}];\nexport default { name: 'mine', ${code} };`,
  );
  const attached: MarketAttachment[] = [];
  const market: MarketReceiver = {
    malformedFrames: 0,
    quiet: true,
    attach: (attachment) => void attached.push(attachment),
    detach: (attachment) => void attached.splice(attached.indexOf(attachment), 1),
    run: () => Promise.resolve(),
  };
  const lines: LogLine[] = [];
  const ends: WorkerEnd[] = [];
  const progress: number[] = [];
  const log = new LogBuffer(1_000, (some) => lines.push(...some));
  onTestFinished(() => log.flush());
  const assignment: Assignment = {
    workerId: 'w-1',
    mode: 'paper',
    replayFromMs: 0,
    initialState: 'initializing',
    modulePath,
    strategyPath: 'my/strategy.ts',
    params: {},
    symbols: ['BTC/USDT'],
    warmup: 0,
    maxConsecutiveErrors: 3,
    progressEvery: 0,
    conflateAfterMs: 0,
    logLinesPerSecond: 100,
    topics: [BARS, TRADES],
    market: channel(1),
    callbackTimeoutMs: 0,
    keepState: null,
    logFile: null,
    ...overrides,
  };
  const life = await StrategyLife.begin(assignment, {
    market,
    log,
    refill: () => Promise.resolve(null),
    onProgress: (done) => void progress.push(done),
    onStateChange: () => undefined,
    saveState: () => Promise.resolve(),
    sendOrder: () => Promise.resolve(),
    onFault: () => undefined,
    onEnd: (end) => void ends.push(end),
  });
  onTestFinished(() => life.fail('the test is over'));
  return { life, log, attached, lines, ends, progress, seen };
}

const startOf = (lastSeq: number, deliverFromSeq: number) => [
  { topicId: 1, lastSeq, deliverFromSeq },
];

const EACH = ['onInit', 'onStart', 'onPause', 'onResume', 'onStop']
  .map((name) => `${name}() { seen.push('${name}') }`)
  .join(', ');

describe('the life of a strategy', () => {
  it('goes through its states with its callbacks', async () => {
    const { life, seen } = await begin(EACH);
    const states: string[] = [life.state];
    await life.start(order([]), undefined);
    states.push(life.state);
    await life.pause('x');
    states.push(life.state);
    await life.resume('x');
    states.push(life.state);
    await life.stop('x');
    states.push(life.state);
    expect([states, seen]).toEqual([
      ['initialized', 'running', 'paused', 'running', 'stopped'],
      ['onInit', 'onStart', 'onPause', 'onResume', 'onStop'],
    ]);
  });

  it('subscribes before it loads anything', async () => {
    const { attached } = await begin('');
    expect(attached).toEqual([channel(1)]);
  });

  it('does not begin where onInit throws', async () => {
    await expect(begin('onInit() { throw new Error("no key") }')).rejects.toMatchObject({
      name: 'WorkerEnd',
      exitCause: 'init-failed',
      message: 'onInit threw: no key',
    });
  });

  it('does not start where onStart throws', async () => {
    const { life } = await begin('async onStart() { throw new Error("no data") }');
    await expect(life.start(order([]), undefined)).rejects.toMatchObject({
      exitCause: 'init-failed',
      message: 'onStart threw: no data',
    });
  });

  it.each(['pause', 'resume'] as const)('refuses to %s before it runs', async (command) => {
    const { life } = await begin('');
    await expect(life[command]('x')).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });

  it('ends after so many faults in a row', async () => {
    const { life, ends } = await begin('onBar() { throw new Error("no") }');
    await life.start(order([]), undefined);
    await life.runner.take(bars(1, 3), 0);
    expect(ends[0]).toMatchObject({
      exitCause: 'exception',
      message: '3 callbacks in a row threw, the last was onBar: no',
    });
  });

  it('goes on after any number of faults with a limit of 0', async () => {
    const { life, ends } = await begin('onBar() { throw new Error("no") }', {
      maxConsecutiveErrors: 0,
    });
    await life.start(order([]), undefined);
    await life.runner.take(bars(1, 30), 0);
    expect([ends, life.report().counters.errorCount]).toEqual([[], 30]);
  });

  it('reports progress after so many events, and soon after the last one', async () => {
    const { life, progress } = await begin('onBar() {}', { progressEvery: 4 });
    await life.start(order([]), undefined);
    await life.runner.take(bars(1, 3), 0);
    await life.runner.take(bars(4, 5), 0);
    expect(progress).toEqual([5]);
    await life.runner.take(bars(6, 6), 0);
    await vi.waitFor(() => expect(progress).toEqual([5, 6]));
  });
});

describe('state', () => {
  it.each([
    ['nothing', '', '{}'],
    ['a value', 'state: { n: 1 },', '{"n":1}'],
    ['a function', 'state: () => ({ n: 2 }),', '{"n":2}'],
  ])('begins as %s says', async (_what, code, expected) => {
    const { seen } = await begin(`${code} onInit(ctx) { seen.push(JSON.stringify(ctx.state)) }`);
    expect(seen).toEqual([expected]);
  });
});

describe('history from before the start', () => {
  it('is there in onStart, up to where events are shown', async () => {
    const { life, seen } = await begin(
      `onStart(ctx) { seen.push('start ' + ctx.history('BTC/USDT', '1m', 10).length) },
       onBar(ctx, bar) { seen.push('bar ' + bar.timestamp / 60000) }`,
    );
    await life.start(order(startOf(4, 4)), bars(1, 4).bytes);
    await life.runner.take(bars(3, 5), 0);
    expect(seen).toEqual(['start 3', 'bar 4', 'bar 5']);
  });

  it.each([
    ['cut', bars(1, 1).bytes.subarray(0, -8)],
    ['of length 0 throughout', Buffer.alloc(64)],
    ['of random bytes', Buffer.alloc(61, 0xab)],
  ])('that is %s is refused, and does not hang', async (_what, attachment) => {
    const { life } = await begin('');
    await expect(life.start(order(startOf(1, 2)), attachment)).rejects.toMatchObject({
      code: 'MALFORMED_MESSAGE',
    });
  });
});

describe('live timers', () => {
  const onTimer = `onTimer(ctx, { name }) { seen.push(name) }`;

  it('fire', async () => {
    const { life, seen } = await begin(`onStart(ctx) { ctx.schedule.every('x', 5) }, ${onTimer}`);
    await life.start(order([]), undefined);
    await vi.waitFor(() => expect(seen.length).toBeGreaterThan(2));
  });

  it('that were due before it ran fire once it runs', async () => {
    const { life, seen } = await begin(
      `onInit(ctx) { ctx.schedule.at('a', 0); ctx.schedule.at('b', 0) }, ${onTimer}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = [...seen];
    await life.start(order([]), undefined);
    await vi.waitFor(() => expect(seen).toEqual(['a', 'b']));
    expect(before).toEqual([]);
  });

  it('that were due while it was paused fire when it goes on', async () => {
    const { life, seen } = await begin(
      `onStart(ctx) { ctx.schedule.at('x', Date.now() + 10) }, ${onTimer}`,
    );
    await life.start(order([]), undefined);
    await life.pause('x');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const before = [...seen];
    await life.resume('x');
    await vi.waitFor(() => expect(seen).toEqual(['x']));
    expect(before).toEqual([]);
  });

  it('do not fire after the end', async () => {
    const { life, seen } = await begin(`onStart(ctx) { ctx.schedule.every('x', 1) }, ${onTimer}`);
    await life.start(order([]), undefined);
    await life.stop('x');
    const before = seen.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen.length).toBe(before);
  });
});

describe('reload', () => {
  it('holds events until the new subscription is in effect', async () => {
    const { life, seen, attached } = await begin(`onBar(ctx, bar) { seen.push(bar.symbol) }`);
    await life.start(order([]), undefined);
    const other = { topicId: 3, symbol: 'ETH/USDT', dataType: 'kline@1m' };
    await life.handovers.reload({ topics: [other], market: channel(2) }, ['ETH/USDT']);
    const during = [...attached];
    void life.runner.take(bars(1, 1, 3), 0);
    await settle();
    const before = [...seen];
    await life.start(order([{ topicId: 3, lastSeq: 0, deliverFromSeq: 1 }]), undefined);
    await vi.waitFor(() => expect(seen).toEqual(['ETH/USDT']));
    expect([before, during, attached, life.state]).toEqual([
      [],
      [channel(1), channel(2)],
      [channel(2)],
      'running',
    ]);
  });

  it('of a paused worker leaves it paused', async () => {
    const { life } = await begin('');
    await life.start(order([]), undefined);
    await life.pause('x');
    await life.handovers.reload({ topics: [BARS], market: channel(2) }, ['BTC/USDT']);
    await life.start(order([]), undefined);
    expect(life.state).toBe('paused');
  });
});

describe('parameters that the schema ignores', () => {
  const strategy = `params: await import(${JSON.stringify(ZOD)}).then(({ z }) => z.object({ n: z.int().default(3) }))`;
  const warning = {
    level: 'warn',
    message: 'params of "mine": no such parameter: "m"; there is "n"',
  };

  it('are a warning in the log as the strategy begins', async () => {
    const { log, lines } = await begin(strategy, { params: { m: 1 } });
    log.flush();
    expect(lines).toContainEqual(expect.objectContaining(warning));
  });

  it('are a warning in the log as they are changed', async () => {
    const { life, log, lines } = await begin(strategy, { params: { n: 1 } });
    await life.start(order([]), undefined);
    log.flush();
    expect(lines).not.toContainEqual(expect.objectContaining({ level: 'warn' }));
    await life.requests.updateParams({ m: 1 });
    log.flush();
    expect(lines).toContainEqual(expect.objectContaining(warning));
  });
});

describe('updateParams', () => {
  it('replaces the parameters and tells what they were', async () => {
    const { life, seen } = await begin(
      `onParams(ctx, before) { seen.push(before.n + ' -> ' + ctx.params.n) }`,
      { params: { n: 1 } },
    );
    await life.start(order([]), undefined);
    await life.requests.updateParams({ n: 2 });
    expect(seen).toEqual(['1 -> 2']);
  });
});

describe('a report', () => {
  it('counts its reports and tells the moves', async () => {
    const { life } = await begin('');
    life.report();
    const report = life.report();
    expect([report.reportId, report.state, report.transitions.map(({ to }) => to)]).toEqual([
      2,
      'initialized',
      ['initialized'],
    ]);
  });

  it('tells at most 32 moves', async () => {
    const { life } = await begin('');
    await life.start(order([]), undefined);
    for (let round = 0; round < 40; round += 1) {
      await life.pause('x');
      await life.resume('x');
    }
    expect(life.report().transitions).toHaveLength(32);
  });

  it('has figures only where they changed', async () => {
    const { life } = await begin('onInit(ctx) { ctx.report({ equity: 1 }) }');
    expect([life.report().report, life.report().report]).toEqual([{ equity: 1 }, undefined]);
  });
});
