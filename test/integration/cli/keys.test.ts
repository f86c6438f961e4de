import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { CommandLine } from './command.ts';

const CANARY = 'canary-4711-secret';
const PASSPHRASE = 'correct horse battery';

async function keys(lines: readonly string[], ...args: readonly string[]): Promise<CommandLine> {
  const command = new CommandLine('keys', ...args);
  command.child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  await command.ended();
  expect(command.stdout + command.stderr).not.toContain(CANARY);
  return command;
}

it('keys are added from stdin, listed by name, and removed', async () => {
  const home = join(temporaryDirectory(), 'home');
  const secrets = [PASSPHRASE, 'the-key', CANARY, ''];
  const added = await keys(secrets, 'add', 'binance', '--exchange', 'binance', '--home', home);
  expect(added.stderr).toBe('');
  expect(added.stdout).toBe(`added binance to ${join(home, 'keys.json')}\n`);
  expect(statSync(join(home, 'keys.json')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(home, 'keys.json'), 'utf8')).not.toMatch(/canary|the-key|binance/);
  const listed = await keys([PASSPHRASE], 'list', '--home', home);
  expect(listed.stdout).toBe('binance\n');
  const wrong = await keys(['not this one'], 'list', '--home', home);
  expect(wrong.child.exitCode).toBe(2);
  expect(wrong.stderr).toMatch(/^quantcell: KEYS_FILE_WRONG_PASSPHRASE: /);
  const none = await keys([], 'list', '--home', home);
  expect(none.stderr).toMatch(/^quantcell: KEYS_PASSPHRASE_MISSING: /);
  const removed = await keys([PASSPHRASE], 'remove', 'binance', '--home', home);
  expect(removed.child.exitCode).toBe(0);
  const left = await keys([PASSPHRASE], 'list', '--home', home);
  expect(left.stdout).toBe('');
  chmodSync(join(home, 'keys.json'), 0o644);
  const open = await keys([PASSPHRASE], 'list', '--home', home);
  expect(open.stderr).toMatch(/^quantcell: KEYS_FILE_TOO_OPEN: /);
});

it('an exchange that there is not, half of the keys, or a home without keys', async () => {
  const home = temporaryDirectory();
  const unknown = await keys([], 'add', 'x', '--exchange', 'binanse', '--home', home);
  expect(unknown.stderr).toMatch(/^quantcell: UNKNOWN_EXCHANGE: .*near ones are binance/);
  const half = await keys([PASSPHRASE, CANARY], 'add', 'x', '--home', home);
  expect(half.stderr).toMatch(/^quantcell: KEYS_INVALID: there is no API secret/);
  const empty = await keys([], 'list', '--home', home);
  expect([empty.child.exitCode, empty.stdout, empty.stderr]).toEqual([0, '', '']);
  const missing = await keys([], 'remove', 'x', '--home', home);
  expect(missing.stderr).toMatch(/^quantcell: KEYS_MISSING: /);
});

it('a worker has no keys in its environment', async () => {
  const variables = {
    QUANTCELL_BINANCE_API_KEY: CANARY,
    QUANTCELL_BINANCE_API_SECRET: CANARY,
    QUANTCELL_KEYS_PASSPHRASE: CANARY,
  };
  Object.assign(process.env, variables);
  try {
    const market = ['--feed', 'synthetic', '--symbols', 'BTC/USDT', '--speed', 'realtime'];
    const command = new CommandLine('run', fixture('counts-bars'), ...market);
    const { workers } = await command.belongings(1);
    expect(readFileSync(`/proc/${command.pid}/environ`, 'utf8')).toContain(CANARY);
    for (const pid of workers) {
      expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(CANARY);
    }
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
  }
});
