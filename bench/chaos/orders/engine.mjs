// The engine under test, at the local exchange by way of ccxt.
import { CcxtExchange } from '../../../dist/exchange/ccxt-exchange.js';
import { simExchangeUrls } from '../../../dist/exchange/exchange-urls.js';
import { Secret } from '../../../dist/exchange/secret.js';
import { CcxtVenue } from '../../../dist/execution/venues/ccxt/ccxt-venue.js';
import { ExecutionEngine } from '../../../dist/index.js';

/** For a request with all that it waits for: enough that none is given up for want of rate budget. */
const ANSWER_LIMIT_MS = 10_000;
const SETTLE_LOOK_MS = 100;

/** Writes down each order and change at the moment in which it is handed over to be sent. */
function tapped(venue, log) {
  for (const name of ['submit', 'modify']) {
    const call = venue[name].bind(venue);
    venue[name] = (order, ...rest) => {
      log('sent', { name, id: order.clientOrderId, worker: order.workerId });
      return call(order, ...rest);
    };
  }
  return venue;
}

/** An engine that is not started yet. @throws {Error} if the exchange can't be reached */
export async function openEngine({ address, journalPath, log, logger, timeoutMs, onStep }) {
  const exchange = await CcxtExchange.open({
    id: 'binance',
    credentials: {
      apiKey: new Secret('sim-key'),
      apiSecret: new Secret('sim-secret'),
      password: null,
    },
    urls: simExchangeUrls(address),
    timeoutMs,
    logger,
  });
  const venue = new CcxtVenue({
    exchange,
    pollMs: 300,
    answerLimitMs: ANSWER_LIMIT_MS,
    streamLimitMs: 3_000,
    logger,
  });
  const engine = new ExecutionEngine({
    venue: tapped(venue, log),
    journalPath,
    reconcileEveryMs: 10_000,
    onStep,
    logger,
  });
  return { engine, exchange };
}

/** Nothing of an order is left to be found out, as far as the engine can say. */
function isSettled(engine) {
  if (engine.status.closedBecause !== null) return false;
  return engine
    .openOrders()
    .every(
      ({ status, pending }) => status !== 'unknown' && status !== 'submitted' && pending === null,
    );
}

/** Compares with the exchange until all is known; false if that takes longer than `ms`. */
export async function settle(engine, ms, onFailure) {
  const endsAt = performance.now() + ms;
  while (performance.now() < endsAt) {
    try {
      await engine.reconcile();
      await engine.settled();
      if (isSettled(engine)) return true;
    } catch (thrown) {
      onFailure(`not settled: ${thrown?.message ?? thrown}`);
    }
    await new Promise((resolve) => setTimeout(resolve, SETTLE_LOOK_MS));
  }
  return false;
}
