/** Texts of the page of orders and positions. */
export const orders = {
  'orders.tab.open': 'Open',
  'orders.tab.history': 'History',
  'orders.tab.fills': 'Trades',
  'orders.tab.positions': 'Positions',
  'orders.tab.account': 'Account',
  'orders.onlyLast': 'Only the last {count} are shown.',
  'orders.net': 'Net, of all together',
  'orders.owners': 'Held by',
  'orders.balances': 'Balances at {venue}',
  'orders.balance': 'Balances',
  'orders.noBalances': 'The venue tells no balances.',
  'orders.currency': 'Currency',
  'orders.free': 'Free',
  'orders.total': 'Total',
  'orders.pnl': 'Profit and loss of all strategies',
} as const;
