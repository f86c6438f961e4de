// node io-driver.mjs JOURNAL
//
// Trades with an engine over a paper venue while the disk fails somewhere: prints a report as JSON. Each engine that
// ends is followed by another one on the same journal and the same venue, until one gets through.
import { closeSync, openSync } from 'node:fs';
import { ManualClock } from '../../dist/base/clock.js';
import { ExecutionEngine } from '../../dist/execution/execution-engine.js';
import { PaperVenue } from '../../dist/execution/venues/paper/paper-venue.js';

const WORKER = 'worker-1';
const SYMBOL = 'BTC/USDT';
const OPEN = { paused: false, catchingUp: false };
/** Enough entries at once for the log of the journal to be moved into its file. */
const MANY = 260;
const MOST_ENGINES = 4;

const [path] = process.argv.slice(2);
const clock = new ManualClock(1_700_000_000_000);
const submitted = [];

class CountingVenue extends PaperVenue {
  submit(order) {
    submitted.push(order.clientOrderId);
    return super.submit(order);
  }

  /** It is elsewhere, and outlives the engines. */
  close() {
    return Promise.resolve();
  }
}

const venue = new CountingVenue({ balances: { USDT: '100000000', BTC: '10' } }, clock);
venue.onMarket({
  type: 'trade',
  symbol: SYMBOL,
  timestamp: clock.now(),
  price: 100,
  size: 1_000,
  aggressorSide: 'buy',
  tradeId: '',
});

/** Orders and updates that somebody was told of as kept. */
const told = { accepted: new Set(), updates: new Map() };
const report = { engines: [], faults: [] };
const fault = (what) => report.faults.push(what);

/** Says in the trace of this process where it is. */
function mark(what) {
  closeSync(openSync(`${path}.${what}`, 'w'));
}

async function trade() {
  const lines = [];
  const logger = { log: (level, message) => lines.push(`${level} ${message}`) };
  const seen = { failed: null, halted: false, halts: 0 };
  let engine;
  mark('opening');
  try {
    engine = new ExecutionEngine({ venue, clock, logger, journalPath: path, timers: false });
    engine.listen({
      onUpdate: (_, update) => told.updates.set(update.seq, JSON.stringify(update)),
      onAccount: () => undefined,
    });
    await engine.start();
    const prefix = await engine.beginRun(WORKER);
    checkWhatIsThere(engine);
    await orders(engine, prefix, seen);
  } catch (thrown) {
    seen.failed = `${thrown.code}: ${thrown.message}`;
  }
  mark('closing');
  seen.halts = lines.filter((line) => line.startsWith('error TRADING IS HALTED')).length;
  await engine?.stop();
  return seen;
}

async function orders(engine, prefix, seen) {
  let count = 0;
  const ask = async (request) => (await engine.request(WORKER, request, OPEN)).outcomes[0];
  const submit = async (fields = {}) => {
    const clientOrderId = `${prefix}${(count += 1).toString(36)}`;
    const intent = {
      symbol: SYMBOL,
      side: 'buy',
      type: 'limit',
      quantity: '0.1',
      price: '90',
      stopPrice: null,
      timeInForce: 'gtc',
      reduceOnly: false,
      postOnly: false,
      tag: null,
      ...fields,
    };
    const outcome = await ask({ action: 'submit', clientOrderId, intent });
    if (outcome.outcome === 'accepted') told.accepted.add(clientOrderId);
    return { clientOrderId, outcome };
  };
  const isHalted = () => engine.status.switches.some(({ by }) => by === 'journal');

  const resting = [await submit(), await submit()];
  await submit({ type: 'market', price: null });
  await Promise.all([submit(), submit({ type: 'market', price: null, side: 'sell' })]);
  await Promise.all(Array.from({ length: MANY }, () => submit()));
  await submit();
  await ask({ action: 'cancel', clientOrderId: resting[0].clientOrderId });
  await submit({ type: 'market', price: null });
  await engine.settled();
  seen.halted = isHalted();
  if (seen.halted) {
    const state = engine.account(WORKER).tradingState;
    if (state !== 'halted') fault(`trading is ${state} after the failure`);
    for (let more = 0; more < 3; more += 1) {
      const { clientOrderId, outcome } = await submit();
      if (outcome.outcome !== 'denied') fault(`${outcome.outcome} for an order after the halt`);
      if (submitted.includes(clientOrderId)) fault(`${clientOrderId} left after the halt`);
    }
    const set = engine.setTradingState('all', 'halted', 'a test', 'to see');
    if (await set.kept) fault('a switch was said to be kept after the failure');
  }
  // Exits and cancels pass, whatever the disk does.
  await ask({ action: 'cancel-all', symbol: null });
  await engine.settled();
  seen.halted = isHalted();
  const left = (await venue.openOrders()).length;
  if (left > 0) fault(`${left} orders are open at the venue after all were canceled`);
}

/** What an engine finds in the journal that another one has left. */
function checkWhatIsThere(engine) {
  const there = new Map(
    engine.updatesSince(WORKER, 0).map((one) => [one.seq, JSON.stringify(one)]),
  );
  for (const [seq, text] of told.updates)
    if (there.get(seq) !== text) fault(`update ${seq} was told and is not there`);
  const all = new Map(
    engine.orders({ limit: 1_000_000 }).map((order) => [order.clientOrderId, order.status]),
  );
  for (const id of told.accepted) if (!all.has(id)) fault(`${id} was accepted and is not there`);
  for (const id of submitted) if (!all.has(id)) fault(`${id} left and is not there`);
  for (const [id, status] of all) {
    if (submitted.includes(id) && ['denied', 'rejected'].includes(status))
      fault(`${id} was taken by the venue and is ${status}`);
  }
  if (engine.status.closedBecause !== null) fault(`closed: ${engine.status.closedBecause}`);
}

for (let engines = 0; engines < MOST_ENGINES; engines += 1) {
  const seen = await trade();
  report.engines.push(seen);
  if (seen.failed === null && !seen.halted && engines > 0) break;
}
if (new Set(submitted).size !== submitted.length) fault('an order left twice');
report.submitted = submitted;
report.told = { accepted: [...told.accepted], updates: [...told.updates] };
process.stdout.write(JSON.stringify(report));
