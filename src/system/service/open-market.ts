import type { Logger } from '../../base/logger.ts';
import type { ServiceConfig } from '../config/config-schema.ts';
import {
  checkStakes,
  openExchange,
  openSynthetic,
  type MarketAccess,
  type PaperOptions,
} from '../market-access.ts';
import { simAddressOf } from '../sim-address.ts';

/**
 * The market that a configuration names.
 *
 * @throws {ExecutionError} code `NOT_LIVE`
 * @throws {ExchangeError | KeysError} if the exchange can't be opened
 */
export function openMarket(
  { market, trading }: ServiceConfig,
  home: string,
  logger: Logger,
  passphrase?: () => Promise<string>,
): Promise<MarketAccess> {
  if (market.source === 'synthetic') {
    const { source: _, ...feed } = market;
    return Promise.resolve(openSynthetic(feed, trading.venue === 'none' ? null : paperOf(trading)));
  }
  const { exchange, kind, sandbox, sim } = market;
  const options = {
    exchange,
    kind,
    sandbox,
    venue: trading.venue,
    live: trading.live,
    home,
    logger,
    paper: paperOf(trading),
    ...(trading.keys !== null && { keys: trading.keys }),
    ...(sim !== null && { simExchange: simAddressOf(sim) }),
    ...(passphrase && { passphrase }),
  };
  checkStakes(options);
  return openExchange(options);
}

function paperOf({ paper }: ServiceConfig['trading']): PaperOptions {
  const { cash, currency, fee, slippage, latencyMs, maxVolumeShare } = paper;
  return {
    balances: { [currency]: String(cash) },
    ...(fee !== null && { makerFee: String(fee), takerFee: String(fee) }),
    slippage: String(slippage),
    latencyMs,
    maxVolumeShare: maxVolumeShare === null ? null : String(maxVolumeShare),
  };
}
