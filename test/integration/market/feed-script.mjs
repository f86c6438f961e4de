// Runs a feed against a local exchange for a while and stops it. Nothing here ends the process: it has to end by
// itself, once nothing is left that keeps it.
import { CcxtExchange } from '../../../dist/exchange/ccxt-exchange.js';
import { simExchangeUrls } from '../../../dist/exchange/exchange-urls.js';
import { CcxtFeed } from '../../../dist/market/ccxt/ccxt-feed.js';

const address = JSON.parse(process.argv[2]);
// With such patience, a request that is still under way would keep the process for longer than any test waits.
const timeoutMs = 3_600_000;
const exchange = await CcxtExchange.open({
  id: 'binance',
  urls: simExchangeUrls(address),
  timeoutMs,
});
const feed = new CcxtFeed({ exchange, staleAfterMs: 60_000 });
const stopping = new AbortController();
let events = 0;
const dataTypes = ['kline@1s', 'kline@1m', 'trade', 'quote', 'depth'];
const ended = feed.run(
  dataTypes.map((dataType) => ({ symbol: 'BTC/USDT', dataType })),
  { publish: (batch) => void (events += batch.length) },
  stopping.signal,
);
while (events < 20) await new Promise((resolve) => setTimeout(resolve, 20));
process.stdout.write('running\n');
process.stdin.resume();
async function end() {
  // Now that the exchange may have stopped to answer, there is a request under way for sure.
  feed.addTopics([{ symbol: 'ETH/USDT', dataType: 'depth' }]);
  exchange.data.fetchOHLCV('BTC/USDT', '1m').catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 500));
  stopping.abort();
  await ended;
  await exchange.close();
  process.stdout.write('stopped\n');
}

process.stdin.once('end', () => void end());
