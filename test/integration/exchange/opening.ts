import { onTestFinished } from 'vitest';
import { CcxtExchange, type CcxtExchangeOptions } from '../../../src/exchange/ccxt-exchange.ts';
import { simExchangeUrls } from '../../../src/exchange/exchange-urls.ts';
import { Secret, type ExchangeCredentials } from '../../../src/exchange/secret.ts';
import type { SimProcess } from '../sim-exchange/exchange.ts';

const SIM_KEYS: ExchangeCredentials = {
  apiKey: new Secret('sim-key'),
  apiSecret: new Secret('sim-secret'),
  password: null,
};

/** The exchange object as the product opens it, pointed at a local exchange; it is closed with the test. */
export async function open(
  sim: SimProcess,
  options: Partial<CcxtExchangeOptions> = {},
): Promise<CcxtExchange> {
  const exchange = await CcxtExchange.open({
    id: 'binance',
    credentials: SIM_KEYS,
    urls: simExchangeUrls(sim.address),
    timeoutMs: 5_000,
    ...options,
  });
  onTestFinished(() => exchange.close());
  return exchange;
}
