// What the drivers write into a journal of orders, made from a seed, and what must be in it after the first N entries.
import { createHash } from 'node:crypto';
import { seededRandom } from '../../dist/base/random.js';

const WORKERS = ['worker-1', 'worker-2', 'worker-3'];
const SYMBOLS = ['BTC/USDT', 'ETH/USDT'];
const NEXT = {
  submitted: ['accepted', 'rejected'],
  accepted: ['partially-filled', 'filled', 'canceled'],
  'partially-filled': ['partially-filled', 'filled', 'canceled'],
};
/** The fact that each entry brings, with its own number. */
const NUMBER = 'run';
const ALL = 1_000_000_000;

/**
 * `count` entries, numbered from 1, in the groups in which they are given to the journal: those of a group in
 * one turn of the event loop, one group after the other.
 */
export function planOf(seed, count) {
  const random = seededRandom(seed);
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  const open = [];
  const seqs = new Map();
  const groups = [];
  const padding = () =>
    'x'.repeat(random() < 0.02 ? 5_000 + below(5_000) : random() < 0.3 ? below(600) : 0);

  const orderOf = (number) => {
    if (open.length > 0 && random() < 0.6) {
      const [was] = open.splice(below(open.length), 1);
      return { ...was, status: pick(NEXT[was.status]), reason: padding(), updatedAt: number };
    }
    const clientOrderId = `aaaaR1N${number.toString(36)}`;
    const fields = { workerId: pick(WORKERS), symbol: pick(SYMBOLS), quantity: `${number}.5` };
    const times = { createdAt: number, updatedAt: number };
    return { clientOrderId, status: 'submitted', ...fields, reason: padding(), ...times };
  };
  const entryOf = (number) => {
    const order = orderOf(number);
    if (order.status in NEXT) open.push(order);
    const entry = { order, fact: { name: NUMBER, value: String(number) } };
    if (order.status === 'submitted') return { entry, kind: 'intent' };
    const { workerId, symbol } = order;
    const seq = (seqs.get(workerId) ?? 0) + 1;
    seqs.set(workerId, seq);
    const filled = order.status.endsWith('filled');
    const fill = filled
      ? { symbol, tradeId: `t${number}`, timestamp: number, quantity: '0.1' }
      : null;
    const position = filled ? { owner: workerId, symbol, quantity: `${number}` } : null;
    const update = { seq, order, fill, position, timestamp: number };
    return {
      kind: 'fact',
      entry: {
        ...entry,
        update: { workerId, update },
        ...(filled && { fill: { fill, workerId }, position }),
        ...(random() < 0.05 && {
          switch: { scope: 'all', state: 'halted', reason: 'r', by: 'b', at: number },
        }),
      },
    };
  };

  for (let number = 1; number <= count;) {
    const size = random() < 0.5 ? 1 : 1 + below(12);
    const group = [];
    for (; group.length < size && number <= count; number += 1)
      group.push({ number, ...entryOf(number) });
    groups.push(group);
  }
  return groups;
}

/** By number of entries: a digest of what a journal has in it after so many, for each end of a group. */
export function statesOf(groups) {
  const tables = { orders: {}, updates: {}, fills: {}, positions: {}, switches: {}, number: 0 };
  const states = new Map([[0, digest(tables)]]);
  for (const group of groups) {
    for (const { number, entry } of group) {
      const { order, update, fill, position, switch: set } = entry;
      tables.orders[order.clientOrderId] = order;
      if (update) tables.updates[`${update.workerId} ${update.update.seq}`] = update.update;
      if (fill) tables.fills[`${fill.fill.symbol} ${fill.fill.tradeId}`] = fill;
      if (position) tables.positions[`${position.owner} ${position.symbol}`] = position;
      if (set) tables.switches[set.scope] = set;
      tables.number = number;
    }
    states.set(tables.number, digest(tables));
  }
  return states;
}

/** All that is in a journal: the number of its last entry, and a digest as of `statesOf`. @throws what the journal throws */
export function contentsOf(journal) {
  const { orders: loaded, positions, switches, facts, lastSeqs } = journal.load();
  const number = Number(facts.get(NUMBER) ?? 0);
  const updates = {};
  for (const workerId of WORKERS) {
    const all = journal.updatesSince(workerId, 0);
    for (const update of all) updates[`${workerId} ${update.seq}`] = update;
    const last = lastSeqs.get(workerId) ?? 0;
    if (all.length !== last || all.some(({ seq }, at) => seq !== at + 1))
      throw new Error(`the updates of ${workerId} have a hole before ${last}`);
  }
  const orders = journal.orders({ limit: ALL });
  if (loaded.some((order) => !orders.some((one) => one.clientOrderId === order.clientOrderId)))
    throw new Error('an order is loaded that is not there');
  const byKey = (list, keyOf) => Object.fromEntries(list.map((one) => [keyOf(one), one]));
  const tables = {
    orders: byKey(orders, ({ clientOrderId }) => clientOrderId),
    updates,
    fills: byKey(journal.fills({ limit: ALL }), ({ fill }) => `${fill.symbol} ${fill.tradeId}`),
    positions: byKey(positions, ({ owner, symbol }) => `${owner} ${symbol}`),
    switches: byKey(switches, ({ scope }) => scope),
    number,
  };
  return { number, digest: digest(tables) };
}

function digest(tables) {
  const hash = createHash('sha1');
  for (const [name, table] of Object.entries(tables)) {
    hash.update(`\n${name} ${typeof table === 'number' ? table : ''}`);
    if (typeof table === 'number') continue;
    for (const key of Object.keys(table).sort())
      hash.update(`\n${key} ${JSON.stringify(table[key])}`);
  }
  return hash.digest('hex');
}
