// What there is to compare: the exchange's log, the journal, and what strategies wrote down.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SqliteJournal } from '../../../dist/execution/journal/sqlite-journal.js';

const ALL = 10_000_000;

/** As the exchange tells it, in our words. */
const STATUS = {
  NEW: 'accepted',
  PARTIALLY_FILLED: 'partially-filled',
  FILLED: 'filled',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
};

/** Orders in their last state, by client order id (a changed order is several), fills, and balances at the end. */
export function exchangeFacts(lines) {
  const orders = new Map();
  const fills = [];
  const balances = {};
  for (const line of lines) {
    const { type, order, fill } = line;
    for (const { asset, free, locked } of line.balances ?? []) balances[asset] = { free, locked };
    if (order === undefined) continue;
    const known = orders.get(order.orderId) ?? { acceptedAt: line.at };
    orders.set(order.orderId, { ...known, ...order });
    if (type === 'fill') fills.push({ ...fill, clientOrderId: order.clientOrderId });
  }
  const byClientId = new Map();
  for (const order of orders.values()) {
    const list = byClientId.get(order.clientOrderId) ?? [];
    list.push(order);
    byClientId.set(order.clientOrderId, list);
  }
  return { byClientId, fills, balances, statusOf: ({ status }) => STATUS[status] ?? status };
}

/** The journal as a new process finds it. */
export function journalFacts(path) {
  const failed = (error) => {
    throw error;
  };
  const journal = new SqliteJournal(path, {
    onFailure: failed,
    onFull: failed,
    onRoom: () => undefined,
  });
  try {
    const orders = journal.orders({ limit: ALL });
    const workers = [...new Set(orders.flatMap(({ workerId }) => workerId ?? []))];
    return {
      orders,
      byId: new Map(orders.map((order) => [order.clientOrderId, order])),
      fills: journal.fills({ limit: ALL }),
      positions: journal.load().positions,
      idSpace: journal.load().facts.get('id-space'),
      updates: new Map(workers.map((id) => [id, journal.updatesSince(id, 0)])),
    };
  } finally {
    journal.close();
  }
}

/** What the strategy of a worker asked for and was told, over all its processes. */
export function toldFacts(directory, worker) {
  const path = join(directory, 'told', worker);
  if (!existsSync(path)) return [];
  // A process that is killed may leave half a line.
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    });
}
