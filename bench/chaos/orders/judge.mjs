// Whether what the journal, the engine and the strategies hold is what happened at the exchange, by its log.
import { decimal, sum, text } from '../../../dist/execution/decimals.js';
import { BALANCES, SYMBOLS } from './exchange.mjs';

const NEVER_THERE = new Set(['denied', 'rejected']);
/** Of orders that no strategy has asked for. */
const FLATTEN_TAG = 'flatten';
const ID_MODULUS = 2 ** 40;

/** Orders that are not once, and only once, where they should be. */
export function judgeOrders({ exchange, journal, told, sent }) {
  const lost = [];
  const doubled = [];
  const invented = [];
  const isThere = (id) => exchange.byClientId.has(id);
  for (const { clientOrderId: id, workerId, status, tag } of journal.orders) {
    if (workerId === null) invented.push({ id, status, what: 'taken for external' });
    else if (!NEVER_THERE.has(status) && status !== 'unknown' && !isThere(id))
      lost.push({ id, workerId, status, tag });
  }
  for (const { worker, line, outcome } of outcomesOf(told)) {
    if (outcome.outcome !== 'accepted' || line.action === 'cancel-all') continue;
    if (!isThere(outcome.id)) lost.push({ id: outcome.id, worker, told: outcome });
  }
  const wasSent = new Set(sent.map(({ id }) => id));
  for (const [id, orders] of exchange.byClientId) {
    if (!journal.byId.has(id)) invented.push({ id, what: 'not in the journal' });
    else if (!wasSent.has(id)) invented.push({ id, what: 'nobody has sent it' });
    // A change cancels an order that is not filled, and places another one under the same name.
    const before = orders.slice(0, -1);
    const isChange = before.every(
      ({ status, executedQty }) => status === 'CANCELED' && Number(executedQty) === 0,
    );
    const changes = sent.filter((one) => one.id === id && one.name === 'modify').length;
    if (!isChange || before.length > changes) doubled.push({ id, orders: orders.map(briefly) });
  }
  doubled.push(...doubledIntents(journal, isThere));
  return { lost, doubled, invented };
}

/** One intent of a strategy has one tag: two orders of the same tag are one too many. */
function doubledIntents({ orders }, isThere) {
  const byIntent = new Map();
  for (const { clientOrderId: id, workerId, tag } of orders) {
    if (tag === null || tag === FLATTEN_TAG || !isThere(id)) continue;
    const key = `${workerId} ${tag}`;
    byIntent.set(key, [...(byIntent.get(key) ?? []), id]);
  }
  return [...byIntent]
    .filter(([, ids]) => ids.length > 1)
    .map(([intent, ids]) => ({ intent, ids }));
}

/** Orders whose end, size or fills in the journal are not those at the exchange. */
export function judgeStates({ exchange, journal }) {
  const wrong = [];
  const unresolved = [];
  const filled = new Map();
  for (const { clientOrderId: id, qty } of exchange.fills)
    filled.set(id, (filled.get(id) ?? decimal('0')).plus(decimal(qty)));
  for (const order of journal.orders) {
    const { clientOrderId: id, status } = order;
    if (status === 'unknown' || status === 'submitted') {
      unresolved.push({ id, status, reason: order.reason });
      continue;
    }
    const last = exchange.byClientId.get(id)?.at(-1);
    const isWrong = (what, ours, theirs) => wrong.push({ id, what, ours, theirs, order });
    if (last === undefined) continue;
    const theirs = exchange.statusOf(last);
    if (status !== theirs) isWrong('status', status, theirs);
    const quantity = text(filled.get(id) ?? decimal('0'));
    if (text(decimal(order.filledQuantity)) !== quantity)
      isWrong('filled quantity', order.filledQuantity, quantity);
    if (!decimal(order.quantity).eq(decimal(last.origQty)))
      isWrong('quantity', order.quantity, last.origQty);
    if (order.price !== null && !decimal(order.price).eq(decimal(last.price)))
      isWrong('price', order.price, last.price);
    if (order.pending !== null) isWrong('pending', order.pending, null);
  }
  return { wrong, unresolved };
}

/** What strategies were told against what is so. */
export function judgeTold({ exchange, journal, told }) {
  const wrong = [];
  const byTag = new Map(
    journal.orders.map((order) => [`${order.workerId} ${order.tag}`, order.clientOrderId]),
  );
  for (const { worker, line, outcome } of outcomesOf(told)) {
    if (!['submit', 'close'].includes(line.action)) continue;
    if (outcome.outcome !== 'rejected' && outcome.outcome !== 'denied') continue;
    const id = outcome.id ?? byTag.get(`${worker} ${line.tag}`);
    if (exchange.byClientId.has(id)) wrong.push({ worker, id, told: outcome });
  }
  for (const [worker, lines] of told) {
    const last = new Map();
    for (const line of lines) if (line.type === 'order') last.set(line.id, line);
    for (const [id, { status, filled }] of last) {
      const order = journal.byId.get(id);
      if (order?.status === status && order.filledQuantity === filled) continue;
      const ours = order && { status: order.status, filled: order.filledQuantity };
      wrong.push({ worker, id, toldLast: { status, filled }, ours });
    }
  }
  return wrong;
}

/** Positions by the exchange's fills, and balances by them, to the last digit. */
export function judgePositions({ exchange, journal, end }) {
  const wrong = [];
  const compare = (what, ours, theirs) => {
    if (!decimal(ours).eq(decimal(theirs))) wrong.push({ what, ours, theirs });
  };
  const held = foldOf(exchange.fills);
  for (const symbol of SYMBOLS) {
    const [base] = symbol.split('/');
    const ours = Object.values(end.positions)
      .flat()
      .filter((one) => one.symbol === symbol);
    const total = text(sum(ours.map(({ quantity }) => decimal(quantity))));
    compare(`position ${symbol}`, total, text(held.get(base) ?? decimal('0')));
    for (const [owner, list] of Object.entries(end.positions)) {
      const isOwn = ({ clientOrderId }) => journal.byId.get(clientOrderId)?.workerId === owner;
      const own = foldOf(exchange.fills.filter(isOwn)).get(base) ?? decimal('0');
      const position = list.find((one) => one.symbol === symbol)?.quantity ?? '0';
      compare(`position ${symbol} of ${owner}`, position, text(own));
      const kept = journal.positions.find((one) => one.owner === owner && one.symbol === symbol);
      compare(`kept position ${symbol} of ${owner}`, kept?.quantity ?? '0', position);
    }
  }
  for (const [asset, start] of Object.entries(BALANCES)) {
    const { free = start, locked = '0' } = exchange.balances[asset] ?? {};
    const theirs = text(decimal(free).plus(decimal(locked)));
    compare(`fold ${asset}`, text(decimal(start).plus(held.get(asset) ?? decimal('0'))), theirs);
    compare(`balance ${asset}`, end.balances[asset]?.total ?? '0', theirs);
  }
  return wrong;
}

/** By asset, what fills have brought and taken, fees off. */
export function foldOf(fills) {
  const held = new Map();
  const add = (asset, amount) => held.set(asset, (held.get(asset) ?? decimal('0')).plus(amount));
  for (const { symbol, isBuyer, qty, quoteQty, commission, commissionAsset } of fills) {
    const name = SYMBOLS.find((one) => one.replace('/', '') === symbol);
    const [base, quote] = name.split('/');
    add(base, isBuyer ? decimal(qty) : decimal(qty).negated());
    add(quote, isBuyer ? decimal(quoteQty).negated() : decimal(quoteQty));
    add(commissionAsset, decimal(commission).negated());
  }
  return held;
}

/** Each fill once in the journal, and once in the sums that strategies keep. */
export function judgeFills({ exchange, journal, end }) {
  const twice = [];
  const missed = [];
  const ours = new Set(journal.fills.map(({ fill }) => `${fill.symbol} ${fill.tradeId}`));
  for (const { symbol, id, clientOrderId } of exchange.fills) {
    const name = SYMBOLS.find((one) => one.replace('/', '') === symbol);
    if (!ours.has(`${name} ${id}`)) missed.push({ where: 'journal', id, clientOrderId });
  }
  if (ours.size > exchange.fills.length)
    twice.push({ where: 'journal', ours: ours.size, theirs: exchange.fills.length });
  for (const { worker, state, report } of end.workers) {
    const own = exchange.fills.filter(
      ({ clientOrderId }) => journal.byId.get(clientOrderId)?.workerId === worker,
    );
    const due = {
      fills: own.length,
      ids: own.reduce((total, { id }) => (total + Number(id)) % ID_MODULUS, 0),
    };
    const facts = {
      where: worker,
      state,
      due,
      has: report && { fills: report.fills, ids: report.ids },
    };
    const has = report?.fills ?? 0;
    if (has > due.fills) twice.push({ ...facts, count: has - due.fills });
    else if (has < due.fills) missed.push({ ...facts, count: due.fills - has });
    else if (report !== undefined && report.ids !== due.ids) {
      twice.push({ ...facts, count: 1 });
      missed.push({ ...facts, count: 1 });
    }
  }
  return { twice: countOf(twice), missed: countOf(missed), examples: [...twice, ...missed] };
}

/** Orders and changes that were sent after trading was halted for their worker, by the order of the log. */
export function judgeHalts(lines) {
  const halted = new Set();
  const after = [];
  let halts = 0;
  for (const line of lines) {
    if (line.type === 'halted') {
      halts += 1;
      halted.add(line.scope);
    } else if (line.type === 'lifted') {
      halted.delete(line.scope);
    } else if (line.type === 'sent') {
      const isHalted = halted.has('all') || halted.has(`strategy:${line.worker}`);
      if (isHalted) after.push(line);
    }
  }
  return { halts, after };
}

/**
 * How long after a halt the last order came in at the exchange that had been handed over before it,
 * milliseconds; null if none came after.
 */
export function lastAfterHalt(lines, { exchange, journal }) {
  const since = new Map();
  const spans = [];
  for (const { type, scope, wallMs } of lines) {
    if (type === 'halted' && !since.has(scope)) since.set(scope, wallMs);
    if (type !== 'lifted') continue;
    spans.push({ scope, from: since.get(scope), to: wallMs });
    since.delete(scope);
  }
  const late = [...exchange.byClientId.values()].flat().flatMap((order) => {
    const { workerId } = journal.byId.get(order.clientOrderId) ?? {};
    return spans
      .filter(({ scope }) => scope === 'all' || scope === `strategy:${workerId}`)
      .filter(({ from, to }) => order.acceptedAt > from && order.acceptedAt < to)
      .map(({ from }) => order.acceptedAt - from);
  });
  return late.length === 0 ? null : Math.max(...late);
}

function countOf(list) {
  return list.reduce((total, { count = 1 }) => total + count, 0);
}

const briefly = ({ orderId, status, origQty, executedQty, price }) => ({
  orderId,
  status,
  origQty,
  executedQty,
  price,
});

function* outcomesOf(told) {
  for (const [worker, lines] of told) {
    for (const line of lines) {
      if (line.type !== 'told') continue;
      for (const outcome of line.outcomes) yield { worker, line, outcome };
    }
  }
}
