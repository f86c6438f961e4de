import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesOutside, fixture } from '../support/files.ts';
import { CommandLine } from './command.ts';

const BARS = fileURLToPath(new URL('../../fixtures/market/btc-perp-1m.csv', import.meta.url));

/** Runs a strategy that counts bars, with these options. */
async function run(...options: readonly string[]): Promise<{ code: unknown; stderr: string }> {
  const command = new CommandLine('run', fixture('counts-bars'), ...options);
  const code = await command.ended();
  expect(command.leftovers({ workers: [], rings: [] })).toEqual([]);
  return { code, stderr: command.stderr };
}

describe('run --home', () => {
  it.skipIf(process.platform !== 'linux')('is refused where no directory can be made', async () => {
    expect(await run('--data', BARS, '--symbols', 'BTC/USDT', '--home', '/proc/x')).toEqual({
      code: 2,
      stderr:
        "quantcell: DIRECTORY_UNUSABLE: can't use \"/proc/x\": ENOENT: no such file or directory, mkdir '/proc/x'\n",
    });
  });
});

describe('trade --home', () => {
  it.skipIf(process.platform !== 'linux')('is refused where no directory can be made', async () => {
    const market = ['--exchange', 'binance', '--symbols', 'BTC/USDT'];
    const command = new CommandLine(
      'trade',
      fixture('counts-bars'),
      ...market,
      '--home',
      '/proc/x',
    );
    expect(await command.ended()).toBe(2);
    expect(command.stderr).toBe(
      "quantcell: DIRECTORY_UNUSABLE: can't use \"/proc/x\": ENOENT: no such file or directory, mkdir '/proc/x'\n",
    );
  });
});

describe('run --params', () => {
  it.each(['sma-cross', 'relative-strength', 'tick-pressure'])(
    'is refused with a name that the example %s does not have',
    async (example) => {
      const strategy = fileURLToPath(
        new URL(`../../../examples/${example}/strategy.ts`, import.meta.url),
      );
      const market = ['--feed', 'synthetic', '--symbols', 'BTC/USDT', '--duration', '5m'];
      const command = new CommandLine('run', strategy, ...market, '--params', '{"mistyped":1}');
      expect(await command.ended()).toBe(2);
      expect(command.stderr).toMatch(/INVALID_PARAMS: .*Unrecognized key: "mistyped"/);
    },
  );
});

describe('run --symbols', () => {
  it('is refused with two names for a file without a symbol column', async () => {
    expect(await run('--data', BARS, '--symbols', 'BTC/USDT,ETH/USDT')).toEqual({
      code: 2,
      stderr: `quantcell: MARKET_FILE_SYMBOL: ${BARS} has no symbol column and so holds one symbol: name exactly one, not "BTC/USDT", "ETH/USDT"\n`,
    });
  });

  it('may name one symbol twice', async () => {
    const { code } = await run('--data', BARS, '--symbols', 'BTC/USDT,BTC/USDT');
    expect(code).toBe(0);
  });

  it('may name several for a file with a symbol column', async () => {
    const rows = [0, 1, 2].flatMap((minute) =>
      ['A', 'B'].map((symbol) => `2022-01-01T00:0${minute}:00Z,${symbol},1,1,1,${minute + 1},1`),
    );
    const header = 'timestamp,symbol,open,high,low,close,volume';
    const text = [header, ...rows].join('\n').replaceAll(/1,1,1,(\d),1/g, '$1,$1,$1,$1,1');
    const directory = filesOutside({ 'two.csv': text });
    const { code, stderr } = await run('--data', `${directory}/two.csv`, '--symbols', 'A,B');
    expect([code, stderr]).toEqual([0, '']);
  });

  it.each(['BTC/USDT,', ',BTC/USDT', 'BTC/USDT,,ETH/USDT', ' ', ''])(
    'is refused with an empty name: %j',
    async (symbols) => {
      expect(await run('--data', BARS, '--symbols', symbols)).toEqual({
        code: 2,
        stderr: `quantcell: INVALID_ARGUMENT: --symbols ${JSON.stringify(symbols)} has an empty name: expected such as BTC/USDT or BTC/USDT,ETH/USDT\n`,
      });
    },
  );
});
