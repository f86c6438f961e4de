import type {
  AlertView,
  BarView,
  ChangeOf,
  ChannelName,
  FeedStatusView,
  FillView,
  LastValue,
  LogLine,
  OrderView,
  PositionView,
  SnapshotOf,
  SystemInfo,
  TradingStatus,
  Worker,
  WorkerSample,
  WorkerTransition,
} from '../../../src/client/index.ts';

/** What the page knows of each channel: its snapshot with all changes since. */
export interface ChannelStates {
  readonly workers: { readonly workers: ReadonlyMap<string, Worker> };
  readonly worker: {
    readonly worker: Worker | null;
    /** Those that were seen since the page looks. */
    readonly transitions: readonly WorkerTransition[];
  };
  readonly logs: { readonly lines: readonly LogLine[] };
  readonly metrics: { readonly samples: Readonly<Record<string, WorkerSample>> };
  readonly market: {
    /** By `topicKey`. */
    readonly values: ReadonlyMap<string, LastValue>;
    readonly feed: FeedStatusView;
  };
  /** Oldest first. */
  readonly bars: { readonly bars: readonly BarView[] };
  /** By client order id. */
  readonly orders: { readonly orders: ReadonlyMap<string, OrderView> };
  /** By symbol and trade id. */
  readonly fills: { readonly fills: ReadonlyMap<string, FillView> };
  /** By owner and symbol. */
  readonly positions: { readonly positions: ReadonlyMap<string, PositionView> };
  readonly trading: TradingStatus;
  /** By number. */
  readonly alerts: { readonly alerts: ReadonlyMap<number, AlertView> };
  readonly system: SystemInfo;
}

interface Steps<Name extends ChannelName> {
  readonly begin: (snapshot: SnapshotOf<Name>) => ChannelStates[Name];
  readonly apply: (state: ChannelStates[Name], change: ChangeOf<Name>) => ChannelStates[Name];
}

const MAX_LINES = 5_000;
const MAX_TRANSITIONS = 200;
const MAX_BARS = 2_000;
/** Of orders, fills and alerts: the oldest are forgotten. */
const MAX_ENTRIES = 1_000;

const topicKey = ({ symbol, dataType }: LastValue): string => `${symbol}|${dataType}`;
const fillKey = ({ symbol, tradeId }: FillView): string => `${symbol}|${tradeId}`;
const positionKey = ({ owner, symbol }: PositionView): string => `${owner}|${symbol}`;

/** How a snapshot becomes a state, and how a change makes another of it. */
export const CHANNEL_STEPS: { readonly [Name in ChannelName]: Steps<Name> } = {
  workers: {
    begin: ({ workers }) => ({ workers: mapOf(workers, ({ id }) => id) }),
    apply: (state, { workers, pulses, removed }) => {
      const next = withAll(state.workers, workers, ({ id }) => id);
      for (const pulse of pulses) {
        const before = next.get(pulse.id);
        if (before !== undefined) next.set(pulse.id, { ...before, ...pulse });
      }
      for (const id of removed) next.delete(id);
      return { workers: next };
    },
  },
  worker: {
    begin: ({ worker }) => ({ worker, transitions: [] }),
    apply: (state, { worker, transitions }) => ({
      worker,
      transitions: [...state.transitions, ...transitions].slice(-MAX_TRANSITIONS),
    }),
  },
  logs: {
    begin: ({ lines }) => ({ lines }),
    apply: (state, { lines }) => ({ lines: [...state.lines, ...lines].slice(-MAX_LINES) }),
  },
  metrics: {
    begin: ({ samples }) => ({ samples }),
    apply: (state, { samples }) => ({ samples: { ...state.samples, ...samples } }),
  },
  market: {
    begin: ({ values, feed }) => ({ values: mapOf(values, topicKey), feed }),
    apply: (state, { values, feed }) => ({
      values: withAll(state.values, values, topicKey),
      feed: feed ?? state.feed,
    }),
  },
  bars: {
    begin: ({ bars }) => ({ bars: inOrder(mapOf(bars, ({ timestamp }) => timestamp)) }),
    apply: (state, { bars }) => ({
      bars: inOrder(
        withAll(
          mapOf(state.bars, ({ timestamp }) => timestamp),
          bars,
          ({ timestamp }) => timestamp,
        ),
      ),
    }),
  },
  orders: {
    begin: ({ orders }) => ({ orders: mapOf(orders, ({ clientOrderId }) => clientOrderId) }),
    apply: (state, { orders }) => {
      const next = withAll(state.orders, orders, ({ clientOrderId }) => clientOrderId);
      return { orders: newest(next, ({ updatedAt }) => updatedAt) };
    },
  },
  fills: {
    begin: ({ fills }) => ({ fills: mapOf(fills, fillKey) }),
    apply: (state, { fills }) => {
      const next = withAll(state.fills, fills, fillKey);
      return { fills: newest(next, ({ timestamp }) => timestamp) };
    },
  },
  positions: {
    begin: ({ positions }) => ({ positions: mapOf(positions, positionKey) }),
    apply: (state, { positions }) => ({
      positions: withAll(state.positions, positions, positionKey),
    }),
  },
  trading: { begin: (status) => status, apply: (_, status) => status },
  alerts: {
    begin: ({ alerts }) => ({ alerts: mapOf(alerts, ({ seq }) => seq) }),
    apply: (state, { alerts }) => {
      const next = withAll(state.alerts, alerts, ({ seq }) => seq);
      return { alerts: newest(next, ({ seq }) => seq) };
    },
  },
  system: { begin: (info) => info, apply: (_, info) => info },
};

function mapOf<Key, Value>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value> {
  return new Map(values.map((value) => [keyOf(value), value]));
}

function withAll<Key, Value>(
  before: ReadonlyMap<Key, Value>,
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value> {
  const next = new Map(before);
  for (const value of values) next.set(keyOf(value), value);
  return next;
}

function newest<Key, Value>(
  entries: ReadonlyMap<Key, Value>,
  ageOf: (value: Value) => number,
): ReadonlyMap<Key, Value> {
  if (entries.size <= MAX_ENTRIES) return entries;
  const kept = [...entries].toSorted(([, a], [, b]) => ageOf(b) - ageOf(a)).slice(0, MAX_ENTRIES);
  return new Map(kept);
}

function inOrder(bars: ReadonlyMap<number, BarView>): readonly BarView[] {
  return [...bars.values()].toSorted((a, b) => a.timestamp - b.timestamp).slice(-MAX_BARS);
}
