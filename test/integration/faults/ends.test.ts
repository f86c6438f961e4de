import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkerExit } from '../../../src/lifecycle/worker-exit.ts';
import { bar } from '../support/bars.ts';
import { filesOutside, fixture } from '../support/files.ts';
import { startManager } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';

type Config = Parameters<Awaited<ReturnType<typeof startManager>>['startStrategy']>[1];

let manager: Awaited<ReturnType<typeof startManager>>;
const home = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
let count = 0;

beforeAll(async () => {
  manager = await startManager({
    home,
    maxWorkers: 50,
    pool: { minSize: 1, maxSize: 4 },
    restartPolicy: { mode: 'temporary' },
    healthCheck: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 3_000, checkIntervalMs: 100 },
  });
});
afterAll(async () => {
  await manager.stop();
  rmSync(home, { recursive: true, force: true });
});

interface End {
  readonly name: string;
  /** What its first bar does, on line 4 of its file. */
  readonly onBar: string;
  readonly config?: Config;
  readonly exit: Partial<WorkerExit>;
  readonly reason: RegExp;
  /** Line of the strategy's file, if that can be told. */
  readonly line?: number;
  readonly stderr?: RegExp;
}

const ENDS: readonly End[] = [
  {
    name: 'an exit code',
    onBar: `process.exit(7);`,
    exit: { cause: 'exit-code', code: 7 },
    reason: /code 7/,
  },
  {
    name: 'an exception that nobody caught',
    onBar: `setTimeout(() => { throw new Error('from a timer') });`,
    exit: { cause: 'exception', code: 1 },
    reason: /^uncaught exception: from a timer$/,
    line: 4,
  },
  {
    name: 'a rejection that nobody handled',
    onBar: `void Promise.reject(new Error('left to nobody'));`,
    exit: { cause: 'exception', code: 1 },
    reason: /^unhandled rejection: left to nobody$/,
    line: 4,
  },
  {
    name: 'SIGKILL',
    onBar: `process.kill(process.pid, 'SIGKILL');`,
    exit: { cause: 'signal', signal: 'SIGKILL', code: null },
    reason: /SIGKILL/,
  },
  {
    name: 'SIGSEGV',
    onBar: `process.kill(process.pid, 'SIGSEGV');`,
    exit: { cause: 'native-fault', signal: 'SIGSEGV', code: null },
    reason: /SIGSEGV/,
  },
  {
    name: 'a V8 heap that is full',
    onBar: `const kept = []; for (;;) kept.push({ filler: [kept.length, 1, 2, 3] });`,
    config: { maxHeapMb: 48 },
    exit: { cause: 'out-of-memory' },
    reason: /^the V8 heap reached its limit of 48 MB \(maxHeapMb\)$/,
    stderr: /heap/,
  },
  {
    name: 'memory outside of the heap past its limit',
    onBar: `globalThis.kept = []; setInterval(() => { if (kept.length < 150) kept.push(Buffer.alloc(4_194_304, 1)); }, 20);`,
    config: { maxMemoryMb: 150 },
    exit: { cause: 'out-of-memory', signal: 'SIGKILL' },
    reason: /^it used \d+ MB of memory, at most 150 MB are allowed \(maxMemoryMb\)$/,
  },
  {
    name: 'a buffer that the system has no memory for',
    onBar: `setTimeout(() => new ArrayBuffer(2 ** 46));`,
    exit: { cause: 'out-of-memory', code: 1 },
    reason: /Array buffer allocation failed/,
    line: 4,
  },
  {
    name: 'while (true)',
    onBar: `while (true);`,
    exit: { cause: 'stalled', signal: 'SIGKILL' },
    reason: /^no heartbeat for \d+ ms: the strategy keeps its event loop busy$/,
  },
  {
    name: 'a regular expression that takes for ever',
    onBar: `/^(a+)+$/.test('a'.repeat(60) + 'b');`,
    exit: { cause: 'stalled', signal: 'SIGKILL' },
    reason: /^no heartbeat for \d+ ms: the strategy keeps its event loop busy$/,
  },
  {
    name: 'a promise that never settles',
    onBar: `return new Promise(() => undefined);`,
    config: { callbackTimeoutMs: 500 },
    exit: { cause: 'stalled', code: 1 },
    reason: /^onBar has not returned for \d+ ms: its promise does not settle$/,
  },
];

/** The last line of a worker's log file that tells of an end. */
function endInLog(workerId: string): ReturnType<typeof manager.readLog>[number] | undefined {
  return manager
    .readLog(workerId)
    .filter(({ message }) => message.startsWith('ended: '))
    .at(-1);
}

function endLine(workerId: string): Promise<NonNullable<ReturnType<typeof endInLog>>> {
  return waitFor('the line of the end', () => endInLog(workerId));
}

async function expectToldAlike(workerId: string, exit: WorkerExit): Promise<void> {
  expect(manager.getWorkerStatus(workerId).lastExit).toEqual(exit);
  expect(manager.getWorkerExits(workerId)).toEqual([exit]);
  const line = await endLine(workerId);
  const { cause, code, signal, place } = exit;
  expect(line).toMatchObject({ message: `ended: ${exit.reason}` });
  expect(line.facts).toMatchObject({ cause, code, signal, ...(place !== null && { place }) });
}

describe('an end is told alike in the status, the event, the log and the history:', () => {
  it.each(ENDS)('$name', async ({ onBar, config = {}, exit: expected, reason, line, stderr }) => {
    count += 1;
    const id = `end-${count}`;
    const symbol = `COIN${count}/USDT`;
    const directory = filesOutside({
      's.mjs': `export default {\n  name: 'ends', symbols: ['${symbol}'],\n  onBar() {\n${onBar}\n  },\n};\n`,
    });
    await manager.startStrategy(`${directory}/s.mjs`, config, id);
    await manager.broker.publishBatch([bar(1, symbol)]);

    const exit = await manager.told.exit(id);
    expect(exit).toMatchObject({ expected: false, stoppedBy: null, ...expected });
    expect(exit.reason).toMatch(reason);
    if (line === undefined) expect(exit.place).toBeNull();
    else expect(exit.place).toMatch(new RegExp(`^${directory}/s\\.mjs:${line}:\\d+$`));
    if (stderr !== undefined) {
      expect(exit.stderrTail).toMatch(stderr);
      // The log has its last lines.
      expect(exit.stderrTail).toContain((await endLine(id)).facts?.['stderr']);
    }
    await expectToldAlike(id, exit);
    expect(manager.getWorkerStatus(id)).toMatchObject({ state: 'error', pid: null });
  });

  it('an exit code, with what was written to stderr before', async () => {
    const directory = filesOutside({
      's.mjs': `import { writeSync } from 'node:fs';
        export default { name: 's', symbols: ['STDERR/USDT'], onBar() { writeSync(2, 'native: last words\\n'); process.exit(9); } };`,
    });
    await manager.startStrategy(`${directory}/s.mjs`, {}, 'stderr');
    await manager.broker.publishBatch([bar(1, 'STDERR/USDT')]);
    const exit = await manager.told.exit('stderr');
    expect(exit).toMatchObject({ cause: 'exit-code', stderrTail: 'native: last words' });
    await expectToldAlike('stderr', exit);
    expect(endInLog('stderr')?.facts?.['stderr']).toBe('native: last words');
  });

  it.each([
    ['stop-never-resolves', 'sigterm', { stopMs: 500 }],
    ['ignores-stop', 'sigkill', { stopMs: 500, termMs: 500 }],
  ] as const)('a stop that is not followed (%s), by its step', async (name, step, deadlines) => {
    const own = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
    const hurried = await startManager({ home: own, deadlines, pool: { minSize: 1 } });
    try {
      await hurried.startStrategy(fixture(name), {}, 'a');
      await hurried.stopWorker('a');
      const exit = await hurried.told.exit('a');
      expect(exit).toMatchObject({ cause: 'stopped', expected: true, stoppedBy: step });
      expect(exit.reason).toContain(step.toUpperCase());
      expect(hurried.getWorkerStatus('a').lastExit).toEqual(exit);
      expect(hurried.getWorkerExits('a')).toEqual([exit]);
      const texts = hurried.readLog('a').map(({ message }) => message);
      expect(texts).toContain(`ended: ${exit.reason}`);
    } finally {
      await hurried.stop();
      rmSync(own, { recursive: true, force: true });
    }
  });

  it('a start that never gets ready', async () => {
    const own = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
    const directory = filesOutside({
      's.mjs': `export default { name: 's', symbols: ['A/B'], onInit: () => globalThis.hang };`,
    });
    const hurried = await startManager({
      home: own,
      deadlines: { readyMs: 3_000 },
      pool: { minSize: 1 },
    });
    try {
      await hurried.startStrategy(`${directory}/s.mjs`, {}, 'a');
      writeFileSync(
        `${directory}/s.mjs`,
        `export default { name: 's', symbols: ['A/B'], onInit: () => new Promise(() => undefined) };`,
      );
      await expect(hurried.restartWorker('a')).rejects.toMatchObject({ code: 'NEVER_READY' });
      const exit = hurried.getWorkerExits('a').at(-1);
      expect(exit).toMatchObject({ cause: 'never-ready', expected: false, signal: 'SIGKILL' });
      const status = hurried.getWorkerStatus('a');
      expect(status).toMatchObject({ state: 'error', lastExit: exit });
      expect(status.quarantine).toContain('3000 ms');
      const texts = (): string[] => hurried.readLog('a').map(({ message }) => message);
      await waitFor('the end in the log', () => texts().includes(`ended: ${exit?.reason}`));
    } finally {
      await hurried.stop();
      rmSync(own, { recursive: true, force: true });
    }
  });
});
