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
  'orders.missed':
    'The stream left out {count} changes while this page was too slow; what is shown is as of now again.',
  'orders.closed': 'Nothing but cancels may leave: {reason}',
  'orders.notByStatus':
    'Orders are canceled by worker and symbol, not by status: take that filter away first.',
  'orders.outcomes': 'What became of {count} orders to cancel',
  'orders.outcome': 'Outcome',
  'orders.reason': 'Reason',
} as const;
