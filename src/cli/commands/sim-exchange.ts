import { systemClock } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import { SimExchange } from '../../sim-exchange/sim-exchange.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { readSimExchangeOptions, type SimExchangeFlags } from '../sim-exchange-options.ts';

/** `quantcell sim-exchange`: a local exchange, until it is told to end. Returns the exit code. */
export async function simExchangeCommand(
  flags: SimExchangeFlags,
  interruption: Interruption,
): Promise<number> {
  let failed = false;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const options = readSimExchangeOptions(flags);
  const exchange = new SimExchange({
    ...options,
    clock: systemClock,
    onFailure: (error) => {
      if (!failed) say(`quantcell: the exchange can't go on: ${messageOf(error)}`);
      failed = true;
      end();
    },
  });
  interruption.watch(
    { stop: end, kill: () => Promise.resolve(), workersAlive: 0, stopLimitMs: 0 },
    say,
  );
  const address = await exchange.start();
  const { port, rest, stream, wsApi } = address;
  const { symbols, seed } = options;
  const facts = { event: 'listening', port, rest, stream, wsApi, pid: process.pid, symbols, seed };
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  say(`a simulated exchange for ${symbols.join(', ')} listens at ${rest}; Ctrl-C ends it`);
  await ended;
  await exchange.stop();
  interruption.done();
  say('stopped');
  return failed ? ExitCode.FAILED : ExitCode.OK;
}
