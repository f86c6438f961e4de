// Trades at random by a seed: buys and sells little, changes, cancels, waits for answers or does not. Keeps a
// running sum of its fills in ctx.state, and writes down all that it asked for and was told.
import { join } from 'node:path';
import { defineStrategy } from 'quantcell';
import { seededRandom } from '../../dist/base/random.js';
import { appender } from '../chaos/event-log.mjs';

const REPORT_MS = 100;
/** Share of the trades shown that it acts on. */
const ACTS = 0.2;
const MOST_OPEN = 12;
const QUANTITY = { 'BTC/USDT': 0.001, 'ETH/USDT': 0.02 };
const ID_MODULUS = 2 ** 40;

let log;
let random;
let asked = 0;
let pending = 0;

/** In units of 1e-8, exactly. */
function unitsOf(text) {
  const [whole, fraction = ''] = text.split('.');
  return Number(BigInt(whole + fraction.padEnd(8, '0').slice(0, 8)));
}

/** What an outcome says, without the whole order. */
const briefly = ({ outcome, rule, order }) => ({
  outcome,
  rule,
  id: order?.clientOrderId,
  status: order?.status,
});

function newTag() {
  asked += 1;
  return `${process.pid}-${asked}`;
}

/** Asks, waits for the answer or does not, and writes down both. */
async function ask(action, facts, call) {
  log('asked', { action, ...facts });
  pending += 1;
  const answered = call().then((answer) => {
    pending -= 1;
    const outcomes = Array.isArray(answer) ? answer : [answer];
    log('told', { action, ...facts, outcomes: outcomes.map(briefly) });
  });
  if (random() < 0.5) await answered;
}

function limitPrice(ctx, symbol, side, price) {
  // Some meet the market, most rest in the book, some far away.
  const away = (random() < 0.2 ? -0.0005 : 0.0002) + random() * (random() < 0.3 ? 0.02 : 0.0008);
  return ctx.roundPrice(symbol, price * (side === 'buy' ? 1 - away : 1 + away));
}

async function place(ctx, { symbol, price }) {
  const side = random() < 0.5 ? 'buy' : 'sell';
  const quantity = ctx.roundQuantity(symbol, QUANTITY[symbol] * (1 + Math.floor(random() * 5)));
  const tag = newTag();
  const isMarket = random() < 0.35;
  const options = isMarket
    ? { tag }
    : {
        tag,
        price: limitPrice(ctx, symbol, side, price),
        timeInForce: random() < 0.15 ? 'ioc' : 'gtc',
      };
  await ask('submit', { tag, symbol, side, quantity }, () => ctx[side](symbol, quantity, options));
}

const pick = (list) => list[Math.floor(random() * list.length)];

async function act(ctx, trade) {
  const { symbol } = trade;
  const open = ctx.orders;
  const drawn = random();
  if (open.length > MOST_OPEN) {
    await ask('cancel-all', { symbol }, () => ctx.cancelAll(symbol));
  } else if (drawn < 0.62 || open.length === 0) {
    await place(ctx, trade);
  } else if (drawn < 0.8) {
    const { clientOrderId: id } = pick(open);
    await ask('cancel', { id }, () => ctx.cancel(id));
  } else if (drawn < 0.96) {
    const order = pick(open);
    const { clientOrderId: id, side } = order;
    const changes =
      random() < 0.5
        ? { price: limitPrice(ctx, order.symbol, side, Number(order.price ?? trade.price)) }
        : { quantity: ctx.roundQuantity(order.symbol, Number(order.quantity) * 2) };
    await ask('modify', { id, changes }, () => ctx.modify(id, changes));
  } else if (drawn < 0.98) {
    const tag = newTag();
    await ask('close', { tag, symbol }, () => ctx.closePosition(symbol, { tag }));
  } else {
    await ask('cancel-all', { symbol }, () => ctx.cancelAll(symbol));
  }
}

export default defineStrategy({
  name: 'trades-at-random',
  state: () => ({ calls: 0, fills: 0, ids: 0, bought: {}, sold: {} }),
  onStart(ctx) {
    const { directory, seed } = ctx.params;
    const { workerId } = ctx;
    const number = Number(workerId.slice(workerId.lastIndexOf('-') + 1));
    random = seededRandom(seed * 1_009 + number * 100_003 + ctx.state.calls);
    log = appender(join(directory, 'told', workerId));
    log('begin', { pid: process.pid, calls: ctx.state.calls, fills: ctx.state.fills });
    ctx.schedule.every('report', REPORT_MS);
  },
  async onTrade(ctx, trade) {
    ctx.state.calls += 1;
    if (random() < ACTS && trade.price > 0) await act(ctx, trade);
  },
  onFill(ctx, fill) {
    const { symbol, side, quantity, tradeId } = fill;
    const { state } = ctx;
    const sums = side === 'buy' ? state.bought : state.sold;
    sums[symbol] = (sums[symbol] ?? 0) + unitsOf(quantity);
    state.fills += 1;
    state.ids = (state.ids + Number(tradeId)) % ID_MODULUS;
    log('fill', { symbol, side, quantity, tradeId });
  },
  onOrder(_ctx, { clientOrderId: id, status, filledQuantity: filled, reason }) {
    log('order', { id, status, filled, reason });
  },
  onTimer(ctx) {
    const { fills, ids, bought, sold } = ctx.state;
    ctx.report({ pid: process.pid, pending, fills, ids, bought, sold });
  },
});
