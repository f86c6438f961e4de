// npm run chaos -- answers [--seeds N] [--from N] [--json] [--keep yes]
//
// Nobody is killed: the exchange loses answers, fails, is slow or closed, in many short rounds with a seed each,
// and no order may be taken for rejected that was accepted. Exit code 1 if one was.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { seededRandom } from '../../../dist/base/random.js';
import { decimal, text } from '../../../dist/execution/decimals.js';
import { nowMs } from '../../support/clock.mjs';
import { oneOf, readOptions, whole } from '../../support/options.mjs';
import { inDirectory, interruption, progressOf } from '../running.mjs';
import { openEngine, settle } from './engine.mjs';
import { Exchange, SYMBOLS } from './exchange.mjs';
import { answersReport } from './report.mjs';
import { faultsOf } from './schedule.mjs';

const WORKER = 'answers';
const ORDERS = 6;
/** Long enough for an answer on a busy machine, short enough to wait for one that never comes. */
const TIMEOUT_MS = 500;
const SETTLE_MS = 120_000;
const OPEN_MS = 30_000;
const PRICES = { 'BTC/USDT': 60_000, 'ETH/USDT': 3_000 };
const QUANTITY = { 'BTC/USDT': '0.001', 'ETH/USDT': '0.02' };
const STANDING = { paused: false, catchingUp: false };

/** @throws {UsageError} */
export function answersOptions(args) {
  return readOptions(args, {
    seeds: whole(500),
    from: whole(1, 0),
    keep: oneOf(['yes', 'no'], 'no'),
  });
}

/** Orders of one strategy; what it is told of them goes to `lines`. */
class Trader {
  #engine;
  #prefix;
  #lines;
  #count = 0;

  constructor(engine, prefix, lines) {
    this.#engine = engine;
    this.#prefix = prefix;
    this.#lines = lines;
  }

  /** One order; then, at random, a change or a cancel of it, before or after its answer. */
  async trade(random) {
    this.#count += 1;
    const id = this.#prefix + this.#count.toString(36);
    const intent = { ...intentOf(random), tag: String(this.#count) };
    const answered = this.#ask({ action: 'submit', clientOrderId: id, intent }, intent.tag);
    const next = random();
    if (random() < 0.7) await answered;
    if (next < 0.3 && intent.price !== null) {
      const price = priceOf(random, intent);
      const change = { quantity: null, price, stopPrice: null };
      await this.#ask({ action: 'modify', clientOrderId: id, change });
    } else if (next < 0.6) {
      await this.#ask({ action: 'cancel', clientOrderId: id });
    }
    await answered;
  }

  async #ask(request, tag) {
    const { outcomes } = await this.#engine.request(WORKER, request, STANDING);
    const brief = outcomes.map(({ outcome, rule }) => ({
      outcome,
      rule,
      id: request.clientOrderId,
    }));
    this.#lines.push({ type: 'told', action: request.action, tag, outcomes: brief });
  }
}

function priceOf(random, { symbol, side }) {
  const away = random() < 0.3 ? -0.001 : 0.0005 + random() * 0.01;
  const price = PRICES[symbol] * (side === 'buy' ? 1 - away : 1 + away);
  return text(decimal(price.toFixed(1)));
}

function intentOf(random) {
  const symbol = SYMBOLS[Math.floor(random() * SYMBOLS.length)];
  const side = random() < 0.5 ? 'buy' : 'sell';
  const isMarket = random() < 0.35;
  return {
    symbol,
    side,
    type: isMarket ? 'market' : 'limit',
    quantity: text(decimal(QUANTITY[symbol]).times(1 + Math.floor(random() * 4))),
    price: isMarket ? null : priceOf(random, { symbol, side }),
    stopPrice: null,
    timeInForce: isMarket || random() < 0.2 ? 'ioc' : 'gtc',
    reduceOnly: false,
    postOnly: false,
  };
}

async function untilOpen(engine) {
  const endsAt = nowMs() + OPEN_MS;
  while (engine.status.closedBecause !== null) {
    if (nowMs() > endsAt) throw new Error(`trading stays closed: ${engine.status.closedBecause}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function rounds({ seeds, from }, { engine, exchange, trader, progress }) {
  for (let seed = from; seed < from + seeds; seed += 1) {
    progress(`seed ${seed}`);
    const random = seededRandom(seed);
    await untilOpen(engine);
    // The line stays up: what it does to answers is what counts here.
    const { 'cut-sockets': _, ...faults } = faultsOf(random, 0.5);
    await exchange.setFaults(faults);
    await Promise.all(Array.from({ length: ORDERS }, () => trader.trade(random)));
    await exchange.setFaults({});
  }
}

export function chaosAnswers(options) {
  process.stderr.write(`chaos answers: ${options.seeds} seeds from ${options.from}\n`);
  return inDirectory(
    () => options.keep === 'yes',
    (directory) => measure(options, directory),
  );
}

async function measure(options, directory) {
  const beganAt = nowMs();
  const events = [];
  const log = (type, facts) => events.push({ type, ...facts });
  const logger = {
    log(level, message) {
      if (level === 'warn' || level === 'error') log('log', { level, message });
    },
  };
  const exchange = await Exchange.start({ directory, seed: options.from, token: randomUUID() });
  let opened;
  try {
    const journalPath = join(directory, 'orders.db');
    const { address } = exchange;
    opened = await openEngine({ address, journalPath, log, logger, timeoutMs: TIMEOUT_MS });
    const { engine } = opened;
    const lines = [];
    engine.listen({
      onUpdate: (_worker, { order }) =>
        lines.push({
          type: 'order',
          id: order.clientOrderId,
          status: order.status,
          filled: order.filledQuantity,
        }),
      onAccount: () => undefined,
    });
    await engine.start();
    const trader = new Trader(engine, await engine.beginRun(WORKER), lines);
    exchange.move();
    const all = rounds(options, { engine, exchange, trader, progress: progressOf() });
    await Promise.race([all, interruption()]);
    exchange.standStill();
    const settled = await settle(engine, SETTLE_MS, (message) => log('log', { message }));
    const { balances } = engine.account(WORKER);
    const end = { settled, balances, positions: engine.positions(), workers: [] };
    await engine.stop();
    const told = new Map([[WORKER, lines]]);
    const seconds = (nowMs() - beganAt) / 1_000;
    return answersReport(options, {
      journalPath,
      events,
      told,
      end,
      seconds,
      lines: exchange.log(),
    });
  } finally {
    await opened?.engine.stop();
    await opened?.exchange.close();
    await exchange.stop();
  }
}
