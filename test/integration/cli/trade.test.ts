import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimProcess } from '../sim-exchange/exchange.ts';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { CommandLine } from './command.ts';

/** Nobody else writes these words. */
const KEY = 'canary-key-b1946ac92492';
const SECRET = 'canary-secret-591785b794601e212b260e25925636fd';

let exchange: SimProcess;

beforeEach(async () => {
  exchange = await SimProcess.start('--tick', '50', '--api-key', KEY, '--secret', SECRET);
  process.env['QUANTCELL_BINANCE_API_KEY'] = KEY;
  process.env['QUANTCELL_BINANCE_API_SECRET'] = SECRET;
});

afterEach(() => {
  delete process.env['QUANTCELL_BINANCE_API_KEY'];
  delete process.env['QUANTCELL_BINANCE_API_SECRET'];
});

function trade(...args: readonly string[]): CommandLine {
  const sim = ['--exchange', 'binance', '--sim', exchange.address.rest, '--symbols', 'BTC/USDT'];
  return new CommandLine('trade', fixture('flips'), ...sim, '--verbose', ...args);
}

async function stopped(command: CommandLine): Promise<string> {
  command.child.kill('SIGINT');
  expect(await command.ended()).toBe(0);
  return command.stdout;
}

describe('quantcell trade', () => {
  it('trades on paper on the market data of the exchange, which sees no order', async () => {
    const command = trade();
    await command.says('filled: buy 0.002 BTC/USDT');
    await command.says('filled: sell 0.002 BTC/USDT');
    expect(await stopped(command)).toMatch(/stopped: 1 open order stays at paper/);
    expect((await exchange.state()).orders).toEqual([]);
  });

  it('says at the end what is left once all has stopped, which is nothing that it was to close', async () => {
    const command = trade('--when-down', 'flatten');
    await command.says('filled: buy 0.002 BTC/USDT');
    const output = await stopped(command);
    expect(output).toMatch(/stopped: 0 open orders stay at paper/);
    expect(output).toMatch(/^flips-1 +BTC\/USDT +0 /m);
  });

  it('goes on where it was after its processes were killed, with the orders that it had', async () => {
    const home = temporaryDirectory();
    const args = ['--venue', 'exchange', '--home', home];
    const first = trade(...args);
    await first.says('filled: buy 0.002 BTC/USDT');
    first.child.kill('SIGKILL');
    await first.ended();
    const second = trade(...args);
    await second.says('filled:');
    const output = await stopped(second);
    expect(output).toMatch(/stopped: 1 open order stays at binance-simulated/);
    const { orders } = await exchange.state();
    const ids = orders.map(({ clientOrderId }) => clientOrderId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(orders.filter(({ status }) => status === 'NEW')).toHaveLength(1);
  });

  it('keeps the keys to itself: they are in no log, no file, and no memory of a worker', async () => {
    const home = temporaryDirectory();
    const command = trade('--venue', 'exchange', '--home', home);
    await command.says('filled: buy 0.002 BTC/USDT');
    const { workers } = await command.belongings(1);
    expect(isInMemory(command.pid, SECRET)).toBe(true);
    for (const worker of workers) {
      expect(isInMemory(worker, SECRET)).toBe(false);
      expect(isInMemory(worker, KEY)).toBe(false);
    }
    // Orders that are refused, so that there are errors to be told and logged.
    await exchange.sim('faults', { reject: {} });
    await command.says('rejected:');
    await exchange.sim('faults', undefined, 'DELETE');
    const output = (await stopped(command)) + command.stderr;
    for (const text of [output, ...filesIn(home)]) {
      expect(text.includes(SECRET)).toBe(false);
      expect(text.includes(KEY)).toBe(false);
    }
  });

  it('spends no real money by mistake', async () => {
    const sim = ['--exchange', 'binance', '--symbols', 'BTC/USDT'];
    const command = new CommandLine('trade', fixture('flips'), ...sim, '--venue', 'exchange');
    expect(await command.ended()).toBe(2);
    expect(command.stderr).toMatch(
      /^quantcell: NOT_LIVE: orders would go to the exchange with real money/,
    );
  });
});

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
}

/** Looks for a text in all that a process may write to. */
function isInMemory(pid: number, text: string): boolean {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    return readFileSync(`/proc/${pid}/maps`, 'utf8')
      .split('\n')
      .some((line) => {
        const [, from = '', to = ''] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
        return (
          from !== '' && isBetween(memory, Number.parseInt(from, 16), Number.parseInt(to, 16), text)
        );
      });
  } finally {
    closeSync(memory);
  }
}

const CHUNK_BYTES = 16 * 1_048_576;

function isBetween(memory: number, from: number, to: number, text: string): boolean {
  for (let at = from; at < to; at += CHUNK_BYTES - text.length) {
    const bytes = Buffer.alloc(Math.min(CHUNK_BYTES, to - at));
    try {
      readSync(memory, bytes, 0, bytes.length, at);
    } catch {
      // A region that has gone meanwhile, or that nobody can read.
      return false;
    }
    if (bytes.includes(text)) return true;
  }
  return false;
}
