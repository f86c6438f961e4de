import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnswerOf, Worker } from '../../../src/client/index.ts';
import { isAlive, workersOf } from '../support/processes.ts';
import { waitFor } from '../support/wait.ts';
import { CommandLine } from './command.ts';
import { MAIN, Served } from './served.ts';

type Workers = AnswerOf<'listWorkers'>;

const served = new Served();

/** One worker of the example that `quantcell init` writes. */
function withWorker(config: string): string {
  return config
    .replace('  idle: 2', '  idle: 0')
    .replace('  run:\n', '  run:\n    - { id: one, strategy: sma-cross, symbols: [BTC/USDT] }\n');
}

/** It takes longer to start than a worker may. */
const SLOW = `import { defineStrategy } from 'quantcell/strategy';
export default defineStrategy({
  name: 'Slow',
  dataTypes: ['tick'],
  state: () => ({}),
  onStart: () => new Promise((resolve) => setTimeout(resolve, 60_000)),
  onTrade: () => undefined,
});
`;

beforeAll(() => served.start(withWorker));
afterAll(() => served.remove());

describe('quantcell serve', () => {
  it('says where it is, what is at stake, and how to log in', () => {
    const token = readFileSync(join(served.home, 'admin-token'), 'utf8').trim();
    expect(served.stdout).toMatch(/^QuantCell is at http:\/\/127\.0\.0\.1:\d+$/m);
    expect(served.stdout).toMatch(/^ {2}mode {4}paper$/m);
    expect(served.stdout).toContain(`${token} (shown this once)`);
    expect(served.stderr).toBe('');
  });

  it('has no second one on the same home, and none on a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const other = join(served.directory, 'other');
    const [second, taken] = await Promise.all([
      served.run('serve', '--port', '0'),
      served.run('serve', '--home', other, '--port', String(port)),
    ]);
    server.close();
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`${served.home} is in use by process ${served.pid}: stop that`);
    expect(taken.code).toBe(2);
    expect(taken.stderr).toContain(`port ${port} of 127.0.0.1 is taken`);
    expect(statSync(other, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('opens no inspector at SIGUSR1, as node does by itself', async () => {
    served.signal('SIGUSR1');
    await served.says('SIGUSR1 does nothing: the inspector stays off');
    expect(served.stderr).toBe('');
  });

  it('takes a configuration again at SIGHUP, and goes on with the old one if that has a fault', async () => {
    served.configure((config) => config.replace('level: info', 'level: loud'));
    served.signal('SIGHUP');
    await served.says('the configuration stays as it is: CONFIG_INVALID');
    served.configure((config) =>
      config
        .replace('level: loud', 'level: info')
        .replace('maxStreams: 100', 'maxStreams: 90')
        .replace('minSeverity: warning', 'minSeverity: critical')
        .replace('risk:\n', 'risk:\n  strategy: { maxOpenOrders: 7 }\n')
        .replace(
          '  run:\n',
          '  run:\n    - { id: two, strategy: sma-cross, symbols: [ETH/USDT] }\n',
        ),
    );
    served.signal('SIGHUP');
    await served.says(
      '"applied":["risk.strategy","alerts.minSeverity","workers.run[two]"],"atNextStart":["server.maxStreams"]',
    );
    const { items } = await served.json<Workers>('ps');
    expect(items.map(({ id, state }) => [id, state])).toEqual([
      ['one', 'running'],
      ['two', 'running'],
    ]);
  });
});

describe('commands over the API', () => {
  it('list workers as a table and as one document', async () => {
    const table = await served.run('ps', '--search', 'one');
    expect([table.code, table.stderr]).toEqual([0, '']);
    expect(table.stdout).toMatch(/^WORKER +STATE +HEALTH .*\none +running +ok /);
    const one = await served.json<{ worker: Worker }>('status', 'one');
    expect(one.worker).toMatchObject({ id: 'one', strategy: 'sma-cross', state: 'running' });
  });

  it('pause, resume and restart workers, and say what was refused', async () => {
    expect((await served.run('pause', 'one')).stdout).toBe('one: paused\n');
    expect((await served.run('resume', 'one')).stdout).toBe('one: running\n');
    const some = await served.run('restart', 'one', 'nope');
    expect(some.code).toBe(1);
    expect(some.stdout).toMatch(/^one +applied +running/m);
    expect(some.stdout).toMatch(/^nope +rejected +- +UNKNOWN_WORKER: /m);
    const refused = await served.run('start', 'one');
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/^quantcell: [A-Z_]+: .*one/);
  });

  it('make, clone, batch and delete workers', async () => {
    await served.run('create', 'sma-cross', '--id', 'three', '--symbols', 'BTC/USDT', '--no-start');
    const clone = await served.json<{ worker: Worker }>('clone', 'three', 'four');
    expect(clone.worker).toMatchObject({ id: 'four', state: 'stopped', symbols: ['BTC/USDT'] });
    const asked = await served.run('batch', 'delete', '--state', 'stopped');
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('Nobody can be asked here: say it with --yes');
    expect((await served.run('delete', 'three', '--yes')).stdout).toBe('three is forgotten\n');
    const gone = await served.run('batch', 'delete', '--state', 'stopped', '--yes');
    expect(gone.stdout).toMatch(/^four +applied/m);
    const { items } = await served.json<Workers>('ps');
    expect(items.map(({ id }) => id)).toEqual(['one', 'two']);
  });

  it('change parameters one by one', async () => {
    const { code, stdout } = await served.run('params', 'one', 'n1=8');
    expect([code, stdout]).toEqual([0, 'n1  8\n']);
    const { params } = await served.json<{ params: unknown }>('params', 'one');
    expect(params).toMatchObject({ n1: 8 });
  });

  it('halt trading without a question, and lift that with one', async () => {
    const halted = await served.run('halt', '--scope', 'strategy:one', '--reason', 'test');
    expect([halted.code, halted.stderr]).toEqual([0, '']);
    expect(halted.stdout).toMatch(/^strategy:one +halted +\S+ +admin +test$/m);
    expect((await served.run('resume-trading', '--scope', 'strategy:one')).code).toBe(2);
    const lifted = await served.run('resume-trading', '--scope', 'strategy:one', '--yes');
    expect(lifted.stdout).toBe('trading is active everywhere\n');
  });

  it('show orders, fills, positions, strategies, alerts, tokens and who did what', async () => {
    const expected = [
      ['orders', /^(ORDER|no orders)/],
      ['fills', /^(WHEN|no fills)/],
      ['positions', /^(OWNER|no positions)/],
      ['strategies', /^sma-cross +sma-cross\/strategy\.ts/m],
      ['alerts', /system-started/],
      ['tokens list', /^\w{8} +admin +admin/m],
      ['audit --action setKillSwitch', /admin +setKillSwitch/],
      ['audit --verify', /entries, whole/],
    ] as const;
    await Promise.all(
      expected.map(async ([command, text]) => {
        const { code, stdout, stderr } = await served.run(...command.split(' '));
        expect([command, code, stderr]).toEqual([command, 0, '']);
        expect(stdout).toMatch(text);
      }),
    );
  });

  it('follow a log over the stream', async () => {
    const child = spawn(process.execPath, [MAIN, 'logs', 'two', '-f', '-n', '1'], {
      env: served.env(),
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    await waitFor('the first line', () => text !== '');
    await served.run('restart', 'two');
    await waitFor('the line of the restart', () => /stopped when asked[^]*started/.test(text));
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(130);
  });

  it('say how to start a server where there is none, and what is wrong with a token', async () => {
    const nowhere = await served.runWith({ QUANTCELL_URL: 'http://127.0.0.1:9' }, 'ps');
    expect([nowhere.code, nowhere.stdout]).toEqual([3, '']);
    expect(nowhere.stderr).toContain('start one with quantcell serve');
    const wrong = await served.runWith({ QUANTCELL_TOKEN: 'x' }, 'ps');
    expect([wrong.code, wrong.stdout]).toEqual([1, '']);
    expect(wrong.stderr).toContain('NOT_AUTHENTICATED');
    const path = join(served.directory, 'token');
    writeFileSync(path, 'x');
    chmodSync(path, 0o644);
    const open = await served.run('ps', '--token-file', path);
    expect(open.code).toBe(2);
    expect(open.stderr).toContain('ACCESS_FILE_TOO_OPEN');
  });

  it('diagnose finds nothing wrong here, and says what to do elsewhere', async () => {
    const { isWell, checks } = await served.json<{
      isWell: boolean;
      checks: { name: string; status: string }[];
    }>('diagnose');
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(isWell).toBe(true);
    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['orphans', 'ready']));
    const bad = join(served.directory, 'bad');
    await served.run('init', bad);
    chmodSync(bad, 0o777);
    writeFileSync(join(bad, 'quantcell.yaml'), 'server: 1');
    const env = { QUANTCELL_URL: 'http://127.0.0.1:9' };
    const elsewhere = await served.runWith(env, 'diagnose', '--home', bad);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stdout).toContain(`-> run: chmod 700 ${bad}`);
    expect(elsewhere.stdout).toMatch(/^fail {2}config .*server: expected a mapping; got 1/m);
    expect(elsewhere.stdout).toMatch(/^warn {2}server .*nothing answers/m);
  });

  it('complete commands, options and ids', async () => {
    const words = async (...given: string[]): Promise<string[]> =>
      (await served.run('__complete', '--', ...given)).stdout.trimEnd().split('\n');
    expect(await words('res')).toEqual(['restart', 'resume', 'resume-trading']);
    expect(await words('ps', '--s')).toEqual([
      '--state',
      '--strategy',
      '--symbol',
      '--search',
      '--sort',
    ]);
    expect(await words('stop', '')).toEqual(['one', 'two']);
    expect(await words('halt', '--scope', 'strategy:t')).toEqual(['strategy:two']);
    expect((await served.run('completion', 'bash')).stdout).toContain('complete -F _quantcell');
  });

  it('top draws the workers on a terminal, and gives it back as it was', async ({ skip }) => {
    expect((await served.run('top')).code).toBe(2);
    const hasScript = spawnSync('script', ['--version']).status === 0;
    skip(!hasScript, 'script(1), which makes a terminal, is not installed');
    const command = `${process.execPath} ${MAIN} top`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { ...served.env(), TERM: 'xterm' },
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
    await waitFor('the workers', () => /one +running/.test(text));
    child.stdin.write('m');
    await waitFor('another order', () => text.includes('by memory'));
    child.stdin.write('q');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(text.endsWith('\u001B[?25h\u001B[?1049l')).toBe(true);
  });
});

describe('the end of quantcell serve', () => {
  it('comes in order at SIGTERM', async () => {
    const workers = workersOf(served.pid);
    expect(workers.length).toBeGreaterThanOrEqual(2);
    served.signal('SIGTERM');
    expect(await served.ended()).toBe(0);
    expect(served.stdout).toMatch(/stopping[^]*stopped/);
    expect(workers.filter((pid) => isAlive(pid))).toEqual([]);
  });

  it('does not wait at SIGTERM for a worker that is not started yet', async () => {
    const home = join(served.directory, 'slow');
    const folder = join(home, 'strategies', 'slow');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'strategy.ts'), SLOW);
    const config = 'workers: { idle: 0, run: [{ id: one, strategy: slow, symbols: [BTC/USDT] }] }';
    writeFileSync(join(home, 'quantcell.yaml'), config);
    const command = new CommandLine('serve', '--home', home, '--port', '0');
    await command.says('QuantCell is at');
    command.child.kill('SIGTERM');
    expect(await command.ended()).toBe(0);
    expect(command.stdout).toContain('stopping');
    expect(command.stdout).not.toContain(' ready ');
  });

  it('leaves nothing of a demo, which goes on when nobody reads what it says', async () => {
    const command = new CommandLine('serve', '--demo', '--port', '0', '--json');
    await command.says('"message":"ready"');
    const lines = command.stdout.trimEnd().split('\n');
    const facts = lines.map((line) => (JSON.parse(line) as { facts?: { url?: string } }).facts);
    const url = facts.find((fact) => fact?.url !== undefined)?.url ?? '';
    const belongings = await command.belongings(3);
    command.closeReader('stdout');
    command.child.kill('SIGHUP');
    expect((await fetch(`${url}/api/v1/health/live`)).status).toBe(200);
    command.child.kill('SIGTERM');
    expect(await command.ended()).toBe(0);
    expect(command.leftovers(belongings)).toEqual([]);
  });
});
