// An OrderPort in memory, which a test commands; with a path it is written to a file at every change, so that
// a later host goes on with it. What becomes of an order its tag says: `deny`, `reject`, `unknown`, `hold`
// (answered once released). Without one, a market order is filled at once at 100, and another one rests until
// it is filled by the test or, in a replay, two minutes after it was placed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const FILL_AFTER_MS = 120_000;

const INSTRUMENT = {
  symbol: 'BTC/USDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  contractSize: '1',
  tickSize: '0.5',
  lotSize: '0.001',
  minQuantity: '0.001',
  maxQuantity: null,
  minNotional: null,
  makerFee: '0',
  takerFee: '0.001',
};

export class MemoryPort {
  /** Of each request: [workerId, request, standing]. */
  requests = [];
  /** Of each time that a worker went down or came up again. */
  told = [];
  runs = 0;
  trades = 0;
  /** The order that is filled as soon as a worker comes up again. */
  fillOnUp;
  #path;
  #workers = {};
  #listener;
  #held = [];
  #tradingState = 'active';

  constructor(path) {
    this.#path = path;
    if (path === undefined || !existsSync(path)) return;
    const { runs, trades, workers } = JSON.parse(readFileSync(path, 'utf8'));
    Object.assign(this, { runs, trades });
    this.#workers = workers;
  }

  listen(listener) {
    this.#listener = listener;
  }

  async beginRun() {
    this.runs += 1;
    this.#save();
    return `r${this.runs}N`;
  }

  async request(workerId, request, standing) {
    this.requests.push([workerId, request, standing]);
    const worker = this.#worker(workerId);
    const nowMs = standing.replay?.nowMs ?? Date.now();
    if (standing.replay !== null) this.#fillWhatIsDue(workerId, nowMs);
    const outcomes = await this.#do(workerId, request, standing, nowMs);
    const open = this.#open(worker);
    const dueMs = open.map(({ createdAt }) => createdAt + FILL_AFTER_MS);
    const quietUntilMs = standing.replay === null ? null : Math.min(8.64e15, ...dueMs);
    return { outcomes, quietUntilMs };
  }

  snapshot(workerId) {
    const worker = this.#worker(workerId);
    return structuredClone({
      lastSeq: worker.updates.length,
      orders: this.#open(worker),
      positions: worker.position === null ? [] : [worker.position],
      account: this.#account(),
      instruments: [INSTRUMENT],
    });
  }

  updatesSince(workerId, seq) {
    return structuredClone(this.#worker(workerId).updates.slice(seq));
  }

  workerDown(workerId, stopped) {
    this.told.push(`${workerId} down${stopped ? ', stopped' : ''}`);
  }

  workerUp(workerId) {
    this.told.push(`${workerId} up`);
    if (this.fillOnUp === undefined) return;
    // After the snapshot of the process that comes up.
    const clientOrderId = this.fillOnUp;
    this.fillOnUp = undefined;
    setImmediate(() => this.fill(workerId, clientOrderId));
  }

  /** Fills an open order, all of it or a part. */
  fill(workerId, clientOrderId, quantity) {
    const order = this.#worker(workerId).orders[clientOrderId];
    this.#trade(
      workerId,
      order,
      quantity ?? order.leavesQuantity,
      order.price ?? '100',
      Date.now(),
    );
  }

  /** Fills an open order; then this process stands still before it has read what the worker says to that. */
  fillAndStop(workerId, clientOrderId) {
    this.fill(workerId, clientOrderId);
    // After the message that tells of it has left, and without a turn in which an answer could be read.
    setImmediate(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
      process.kill(process.pid, 'SIGSTOP');
    });
  }

  /** Answers what was held. */
  release() {
    const held = this.#held;
    this.#held = [];
    for (const go of held) go();
  }

  get heldCount() {
    return this.#held.length;
  }

  halt(workerId) {
    this.#tradingState = 'halted';
    this.#listener.onAccount(workerId, this.#account());
  }

  orders(workerId) {
    return Object.values(this.#worker(workerId).orders);
  }

  fills(workerId) {
    return this.#worker(workerId).updates.flatMap(({ fill }) => (fill === null ? [] : [fill]));
  }

  async #do(workerId, request, standing, nowMs) {
    const worker = this.#worker(workerId);
    switch (request.action) {
      case 'submit':
        return [await this.#submit(workerId, request, standing, nowMs)];
      case 'cancel':
        return [this.#cancel(workerId, request.clientOrderId, nowMs)];
      case 'cancel-all':
        return this.#open(worker)
          .filter(({ symbol }) => request.symbol === null || symbol === request.symbol)
          .map(({ clientOrderId }) => this.#cancel(workerId, clientOrderId, nowMs));
      case 'modify': {
        const order = worker.orders[request.clientOrderId];
        if (order === undefined) return [denied('UNKNOWN_ORDER', 'there is no such order')];
        const news = Object.entries(request.change).filter(([, value]) => value !== null);
        const changed = { ...order, ...Object.fromEntries(news), updatedAt: nowMs };
        changed.leavesQuantity = minus(changed.quantity, changed.filledQuantity);
        this.#update(workerId, changed, null, nowMs);
        return [{ outcome: 'accepted', order: changed }];
      }
      case 'close': {
        const held = Number(worker.position?.quantity ?? 0);
        if (held === 0) return [denied('NO_POSITION', 'there is nothing to close')];
        const intent = {
          symbol: request.symbol,
          side: held > 0 ? 'sell' : 'buy',
          type: 'market',
          quantity: String(Math.abs(held)),
          price: null,
          stopPrice: null,
          timeInForce: 'ioc',
          reduceOnly: true,
          postOnly: false,
          tag: request.tag,
        };
        const { clientOrderId } = request;
        return [await this.#submit(workerId, { clientOrderId, intent }, standing, nowMs)];
      }
      default:
        return [];
    }
  }

  async #submit(workerId, { clientOrderId, intent }, standing, nowMs) {
    const worker = this.#worker(workerId);
    const known = worker.orders[clientOrderId];
    if (known !== undefined) return { outcome: 'accepted', order: known };
    if (!intent.reduceOnly && standing.paused) return denied('PAUSED', 'the worker is paused');
    if (!intent.reduceOnly && standing.catchingUp)
      return denied('CATCHING_UP', 'not the market of now');
    if (intent.tag === 'deny') return denied('TEST_RULE', 'the test denies it');
    const order = {
      ...intent,
      clientOrderId,
      venueOrderId: null,
      workerId,
      status: 'submitted',
      filledQuantity: '0',
      leavesQuantity: intent.quantity,
      avgPrice: null,
      pending: null,
      reason: null,
      createdAt: nowMs,
      updatedAt: nowMs,
    };
    this.#update(workerId, order, null, nowMs);
    if (intent.tag === 'hold') await new Promise((resolve) => this.#held.push(resolve));
    if (intent.tag === 'reject') {
      const reason = 'insufficient balance';
      const rejected = { ...order, status: 'rejected', leavesQuantity: '0', reason };
      this.#update(workerId, rejected, null, nowMs);
      return { outcome: 'rejected', reason, order: rejected };
    }
    if (intent.tag === 'unknown') {
      const reason = 'no answer from the venue';
      const unknown = { ...order, status: 'unknown', reason };
      this.#update(workerId, unknown, null, nowMs);
      return { outcome: 'unknown', reason, order: unknown };
    }
    const accepted = { ...order, status: 'accepted', venueOrderId: `v-${clientOrderId}` };
    this.#update(workerId, accepted, null, nowMs);
    if (intent.type === 'market') this.#trade(workerId, accepted, intent.quantity, '100', nowMs);
    return { outcome: 'accepted', order: worker.orders[clientOrderId] };
  }

  #cancel(workerId, clientOrderId, nowMs) {
    const order = this.#worker(workerId).orders[clientOrderId];
    if (order === undefined) return denied('UNKNOWN_ORDER', 'there is no such order');
    const canceled = { ...order, status: 'canceled', leavesQuantity: '0', updatedAt: nowMs };
    this.#update(workerId, canceled, null, nowMs);
    return { outcome: 'accepted', order: canceled };
  }

  #fillWhatIsDue(workerId, nowMs) {
    for (const order of this.#open(this.#worker(workerId))) {
      const dueMs = order.createdAt + FILL_AFTER_MS;
      if (dueMs <= nowMs) this.#trade(workerId, order, order.leavesQuantity, order.price, dueMs);
    }
  }

  #trade(workerId, order, quantity, price, timestamp) {
    const worker = this.#worker(workerId);
    this.trades += 1;
    const leavesQuantity = minus(order.leavesQuantity, quantity);
    const filled = {
      ...order,
      status: leavesQuantity === '0' ? 'filled' : 'partially-filled',
      filledQuantity: minus(order.quantity, leavesQuantity),
      leavesQuantity,
      avgPrice: price,
      updatedAt: timestamp,
    };
    const fill = {
      tradeId: `t-${this.trades}`,
      clientOrderId: order.clientOrderId,
      venueOrderId: order.venueOrderId ?? 'v',
      symbol: order.symbol,
      side: order.side,
      quantity,
      price,
      fee: '0',
      feeCurrency: 'USDT',
      liquiditySide: 'taker',
      timestamp,
    };
    const before = worker.position?.quantity ?? '0';
    const signed = order.side === 'buy' ? minus(before, `-${quantity}`) : minus(before, quantity);
    worker.position = {
      symbol: order.symbol,
      quantity: signed,
      avgPrice: price,
      realizedPnl: '0',
      unrealizedPnl: null,
      fees: { USDT: '0' },
      lastPrice: price,
      updatedAt: timestamp,
    };
    this.#update(workerId, filled, fill, timestamp);
  }

  #update(workerId, order, fill, timestamp) {
    const worker = this.#worker(workerId);
    worker.orders[order.clientOrderId] = order;
    const position = fill === null ? null : worker.position;
    const update = { seq: worker.updates.length + 1, order, fill, position, timestamp };
    worker.updates.push(update);
    this.#save();
    this.#listener.onUpdate(workerId, structuredClone(update));
  }

  #account() {
    const tradingReason = this.#tradingState === 'active' ? null : 'the test says so';
    return {
      venue: 'memory',
      tradingState: this.#tradingState,
      tradingReason,
      pnl: {},
      balances: { USDT: { free: '1000', total: '1000' } },
    };
  }

  #open({ orders }) {
    const closed = ['denied', 'filled', 'canceled', 'rejected', 'expired'];
    return Object.values(orders).filter(({ status }) => !closed.includes(status));
  }

  #worker(workerId) {
    this.#workers[workerId] ??= { orders: {}, updates: [], position: null };
    return this.#workers[workerId];
  }

  #save() {
    if (this.#path === undefined) return;
    const { runs, trades } = this;
    writeFileSync(this.#path, JSON.stringify({ runs, trades, workers: this.#workers }));
  }
}

function denied(rule, reason) {
  return { outcome: 'denied', rule, reason, order: null };
}

/** Good enough for the few digits of a test. */
function minus(one, other) {
  return String(Number((Number(one) - Number(other)).toFixed(9)));
}
