// A process that trades on paper as fast as it can, until it is killed. Its argument is the journal.
// It says in one line of JSON what it found, and in another one once it has a hundred fills more.
import { ExecutionEngine } from '../../../dist/execution/execution-engine.js';
import { PaperVenue } from '../../../dist/execution/venues/paper/paper-venue.js';

const [journalPath] = process.argv.slice(2);
const SYMBOLS = ['BTC/USDT', 'BTC/USDT:USDT'];
const STANDING = { paused: false, catchingUp: false };
const clock = { now: () => Date.now() };
const balances = { USDT: '1000000', BTC: '1000' };
const venue = new PaperVenue({ balances, maxVolumeShare: '0.5' }, clock);
const engine = new ExecutionEngine({ venue, journalPath });
let fills = 0;
engine.listen({
  onUpdate: (_, { fill }) => {
    if (fill === null) return;
    fills += 1;
    if (fills === 100) process.stdout.write('{}\n');
  },
  onAccount: () => undefined,
});
await engine.start();

const open = (orders) =>
  orders
    .filter(({ status }) => status !== 'unknown')
    .map((order) => `${order.clientOrderId} ${order.venueOrderId} ${order.filledQuantity}`)
    .toSorted();
const found = {
  account: await venue.account(),
  atVenue: open(await venue.openOrders()),
  known: open(engine.openOrders()),
  spot: engine.netQuantity('BTC/USDT'),
  linear: engine.netQuantity('BTC/USDT:USDT'),
};
process.stdout.write(`${JSON.stringify(found)}\n`);

const between = (least, most) => least + Math.floor(Math.random() * (most - least + 1));
const prefix = await engine.beginRun('worker');
let count = 0;

function anOrder(symbol) {
  count += 1;
  const isLimit = Math.random() < 0.6;
  const intent = {
    symbol,
    side: Math.random() < 0.5 ? 'buy' : 'sell',
    type: isLimit ? 'limit' : 'market',
    quantity: String(between(1, 200) / 100),
    price: isLimit ? String(between(980, 1_020) / 10) : null,
    stopPrice: null,
    timeInForce: 'gtc',
    reduceOnly: false,
    postOnly: false,
    tag: null,
  };
  const clientOrderId = prefix + count.toString(36);
  return engine.request('worker', { action: 'submit', clientOrderId, intent }, STANDING);
}

function show(symbol) {
  const event = {
    type: 'trade',
    symbol,
    timestamp: clock.now(),
    price: between(980, 1_020) / 10,
    size: between(1, 300) / 100,
    aggressorSide: 'unknown',
    tradeId: '',
  };
  engine.onMarket([event]);
  venue.onMarket(event);
}

for (;;) {
  for (const symbol of SYMBOLS) {
    show(symbol);
    await Promise.all(Array.from({ length: 4 }, () => anOrder(symbol)));
  }
  if (engine.openOrders().length > 60) {
    await engine.request('worker', { action: 'cancel-all', symbol: null }, STANDING);
  }
}
