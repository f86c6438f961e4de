import { describe, expect, it } from 'vitest';
import { fixture } from '../support/files.ts';
import { CommandLine } from './command.ts';

/** Where market data goes through shared memory. */
const HAS_RING = process.platform === 'linux' && process.arch === 'x64';

/** A run that takes as long as it is let: a day of market time in real time. */
function longRun(strategy: string, ...more: readonly string[]): CommandLine {
  const market = ['--feed', 'synthetic', '--symbols', 'BTC/USDT', '--speed', 'realtime'];
  return new CommandLine('run', fixture(strategy), ...market, ...more);
}

describe('a command whose output nobody reads any more', () => {
  it('ends the demo with exit code 0 and leaves nothing behind', async () => {
    const demo = new CommandLine('demo');
    await demo.says('Press Ctrl-C');
    const before = await demo.belongings(3);
    expect(before.rings).toHaveLength(HAS_RING ? 1 : 0);
    demo.closeReader('stdout');
    expect(await demo.ended()).toBe(0);
    expect(demo.leftovers(before)).toEqual([]);
    expect(demo.stderr).toBe('');
  });

  it('ends the demo while it starts', async () => {
    const demo = new CommandLine('demo');
    await demo.says('QuantCell demo');
    const before = await demo.belongings(1);
    demo.closeReader('stdout');
    expect(await demo.ended()).toBe(0);
    expect(demo.leftovers(before)).toEqual([]);
  });

  it('stops a run in order when Ctrl-C ends the reader too', async () => {
    const run = longRun('counts-bars');
    const before = await run.belongings(1);
    run.closeReader('stdout');
    run.closeReader('stderr');
    run.child.kill('SIGINT');
    expect(await run.ended()).toBe(130);
    expect(run.leftovers(before)).toEqual([]);
  });

  it('stops a run whose log lines nobody reads', async () => {
    const run = longRun('floods-stdout', '--verbose', '--speed', '600x');
    const before = await run.belongings(1);
    run.closeReader('stderr');
    expect(await run.ended()).toBe(130);
    expect(run.leftovers(before)).toEqual([]);
  });
});

describe('a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s stops the demo in order',
    async (signal) => {
      const demo = new CommandLine('demo');
      await demo.says('Press Ctrl-C');
      const before = await demo.belongings(3);
      demo.child.kill(signal);
      expect(await demo.ended()).toBe(0);
      expect(demo.stdout).toContain('stopped: no process and no socket is left');
      expect(demo.leftovers(before)).toEqual([]);
    },
  );

  it('SIGHUP stops a run in order, and the summary is printed', async () => {
    const run = longRun('counts-bars', '--verbose');
    const before = await run.belongings(1);
    run.child.kill('SIGHUP');
    expect(await run.ended()).toBe(130);
    expect(run.stdout).toContain('interrupted in');
    expect(run.leftovers(before)).toEqual([]);
  });

  it('that comes twice at once, as through npm, asks for one stop', async () => {
    const demo = new CommandLine('demo');
    await demo.says('Press Ctrl-C');
    demo.child.kill('SIGINT');
    demo.child.kill('SIGTERM');
    expect(await demo.ended()).toBe(0);
  });
});

describe('a stop that takes long', () => {
  it('says what it waits for, and a second Ctrl-C ends it by force', async () => {
    const run = longRun('says-when-it-runs-and-never-stops', '--verbose');
    await run.says('it runs');
    const before = await run.belongings(1);
    run.child.kill('SIGINT');
    await run.says('stopping 1 worker, at most 7 s; Ctrl-C again ends it by force');
    const secondMs = performance.now();
    run.child.kill('SIGINT');
    expect(await run.ended()).toBe(130);
    expect(performance.now() - secondMs).toBeLessThan(4_000);
    expect(run.stderr).toContain('ended by force: 1 worker killed');
    expect(run.leftovers(before)).toEqual([]);
  });

  it('does not wait for a strategy that is being started', async () => {
    const run = longRun('says-when-it-starts-and-never-does', '--verbose');
    await run.says('it starts');
    const before = await run.belongings(1);
    run.child.kill('SIGINT');
    expect(await run.ended()).toBe(130);
    expect(run.stdout).toContain('interrupted in');
    expect(run.stderr).not.toContain('NEVER_READY');
    expect(run.leftovers(before)).toEqual([]);
  });
});
