/** A page of the dashboard, or a part of one that has an address. */
export interface PageAddress {
  /** Of its picture. */
  readonly name: string;
  readonly address: string;
  /** Stands on it once it shows what it is there for. */
  readonly shows: string | RegExp;
}

const WORKER = 'workers/one';
const STRATEGY = 'strategies/turns-over';

/** Every page, with worker `one` and strategy `turns-over` for those that show one. */
export const PAGES: readonly PageAddress[] = [
  { name: 'fleet', address: 'fleet', shows: "Workers' memory" },
  { name: 'worker-overview', address: WORKER, shows: 'Timeline' },
  { name: 'worker-chart', address: `${WORKER}?tab=chart`, shows: /· O [\d.]+ · H/ },
  { name: 'worker-trading', address: `${WORKER}?tab=trading`, shows: 'Filled' },
  { name: 'worker-performance', address: `${WORKER}?tab=performance`, shows: 'Largest drawdown' },
  { name: 'worker-params', address: `${WORKER}?tab=params`, shows: 'everyBars' },
  { name: 'worker-logs', address: `${WORKER}?tab=logs`, shows: /bar \d+ closed at/ },
  { name: 'worker-state', address: `${WORKER}?tab=state`, shows: 'Saved state' },
  { name: 'strategies', address: 'strategies', shows: 'turns-over' },
  { name: 'strategy', address: STRATEGY, shows: 'It can be started.' },
  { name: 'strategy-source', address: `${STRATEGY}?tab=source`, shows: 'defineStrategy' },
  { name: 'strategy-versions', address: `${STRATEGY}?tab=versions`, shows: /View|No version/ },
  { name: 'market', address: 'market', shows: 'BTC/USDT' },
  { name: 'market-bars', address: 'market?symbol=BTC/USDT&timeframe=1s', shows: /· O [\d.]+ · H/ },
  { name: 'orders', address: 'orders', shows: /^Open orders/ },
  { name: 'orders-history', address: 'orders?tab=history', shows: 'Filled' },
  { name: 'orders-trades', address: 'orders?tab=fills', shows: 'Taker' },
  { name: 'orders-denied', address: 'orders?tab=denied', shows: /^At most the last 1000 are kept/ },
  { name: 'orders-positions', address: 'orders?tab=positions', shows: 'Net, of all together' },
  { name: 'orders-account', address: 'orders?tab=account', shows: /^Balances at/ },
  { name: 'system', address: 'system', shows: 'Readiness' },
  { name: 'system-risk', address: 'system?tab=risk', shows: 'Limits in force' },
  {
    name: 'system-switches',
    address: 'system?tab=switches',
    shows: 'Nothing is halted or limited.',
  },
  { name: 'system-alerts', address: 'system?tab=alerts', shows: 'Send a test alert' },
  { name: 'system-audit', address: 'system?tab=audit', shows: 'Verify the audit log' },
  { name: 'system-access', address: 'system?tab=access', shows: 'Access tokens' },
  { name: 'system-config', address: 'system?tab=config', shows: 'Read the configuration again' },
];
