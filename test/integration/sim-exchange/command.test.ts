import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CommandLine } from '../cli/command.ts';
import { temporaryDirectory } from '../support/files.ts';
import { rejection } from '../support/wait.ts';
import { SimProcess } from './exchange.ts';

it('says in one line of JSON where it is', async () => {
  const command = new CommandLine('sim-exchange', '--symbols', 'SOL/USDT', '--seed', '3');
  await command.says('listens at');
  const facts = JSON.parse(command.stdout) as Record<string, unknown>;
  expect(facts).toMatchObject({ event: 'listening', symbols: ['SOL/USDT'], seed: 3 });
  expect(facts['rest']).toBe(`http://127.0.0.1:${String(facts['port'])}`);
  expect(facts['pid']).toBe(command.pid);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends it with 0, with sockets open',
  async (signal) => {
    const sim = await SimProcess.start('--tick', '20');
    const client = await sim.client();
    await client.watchTrades('BTC/USDT');
    expect(await sim.end(signal)).toBe(0);
  },
);

it.each([
  [['--symbols', 'BTCUSDT'], '"BTCUSDT" can\'t be traded here'],
  [['--port', '70000'], '--port 70000 is no port'],
  [['--balance', 'USDT'], '--balance "USDT" is no balance'],
  [['--fault', 'explode'], 'are no faults'],
  [['--fault', 'delay:ms'], '"delay:ms" is no fault'],
  [['--log', '/nowhere/at/all'], "can't write the log /nowhere/at/all"],
])('%j is refused with exit code 2', async (options, message) => {
  const command = new CommandLine('sim-exchange', ...options);
  expect(await command.ended()).toBe(2);
  expect(command.stderr).toContain(message);
});

it('a port that is taken is refused with exit code 2', async () => {
  const sim = await SimProcess.start();
  const port = new URL(sim.address.rest).port;
  const command = new CommandLine('sim-exchange', '--port', port);
  expect(await command.ended()).toBe(2);
  expect(command.stderr).toContain('SIM_EXCHANGE_FAILED');
});

it('a log that can not be written ends it with exit code 1', async () => {
  // A pipe whose reader goes away is the disk that fails.
  const path = join(temporaryDirectory(), 'pipe');
  execFileSync('/usr/bin/env', ['mkfifo', path]);
  const reader = spawn('cat', [path], { stdio: 'ignore' });
  const sim = await SimProcess.start('--log', path);
  const client = await sim.client();
  const gone = new Promise((resolve) => reader.once('exit', resolve));
  reader.kill();
  await gone;
  const ended = sim.ended();
  await rejection(client.createOrder('BTC/USDT', 'market', 'buy', 0.01));
  expect(await ended).toBe(1);
});
