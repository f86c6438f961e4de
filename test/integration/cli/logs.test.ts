import { afterEach, describe, expect, it } from 'vitest';
import { bars } from '../support/bars.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { startManager } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';
import { CommandLine } from './command.ts';

let manager: Awaited<ReturnType<typeof startManager>>;

afterEach(() => manager.stop());

/** A system with one worker that has logged bars 1 to 3. */
async function systemOn(home: string): Promise<void> {
  manager = await startManager({ home, pool: { minSize: 0 } });
  await manager.startStrategy(fixture('logs-bars'), {}, 'my-worker');
  void manager.broker.publishBatch(bars(1, 3));
  await waitFor('the lines', () => manager.readLog('my-worker').length === 4);
}

async function logs(...args: readonly string[]): Promise<CommandLine & { code?: unknown }> {
  const command = new CommandLine('logs', ...args);
  return Object.assign(command, { code: await command.ended() });
}

describe('quantcell logs', () => {
  it('prints the last lines while the system runs, and when it does not', async () => {
    const home = temporaryDirectory();
    await systemOn(home);
    const running = await logs('my-worker', '--home', home, '-n', '2');
    expect([running.code, running.stderr]).toEqual([0, '']);
    expect(running.stdout).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d info {2}close 2 \{"close":2\}\n.* info {2}close 3 \{"close":3\}\n$/,
    );

    await manager.stop();
    const stopped = await logs('my-worker', '--home', home, '--json');
    expect(stopped.code).toBe(0);
    const lines = stopped.stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual([
      'started',
      'close 1',
      'close 2',
      'close 3',
      'ended: stopped when asked',
    ]);
  });

  it('goes on with what is written until it is interrupted', async () => {
    const home = temporaryDirectory();
    await systemOn(home);
    const command = new CommandLine('logs', 'my-worker', '--home', home, '-f', '-n', '1');
    await command.says('close 3');
    void manager.broker.publishBatch(bars(4, 5));
    await command.says('close 5');
    command.child.kill('SIGINT');
    expect(await command.ended()).toBe(130);
    expect(command.stdout.match(/close \d(?= )/g)).toEqual(['close 3', 'close 4', 'close 5']);
  });

  it('names the workers that there are where there is none of that name', async () => {
    const home = temporaryDirectory();
    await systemOn(home);
    const unknown = await logs('other', '--home', home);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toBe(
      `quantcell: UNKNOWN_WORKER: there is no log of a worker "other" in ${home}; there is "my-worker"\n`,
    );
    const nowhere = await logs('../x', '--home', `${home}/nothing`);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('there is none');
  });

  it('refuses no lines at all', async () => {
    await systemOn(temporaryDirectory());
    const { code, stdout } = await logs('my-worker', '--home', '.', '-n', '0');
    expect([code, stdout]).toEqual([2, '']);
  });
});
