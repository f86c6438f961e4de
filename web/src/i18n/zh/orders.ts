/** 订单与持仓页面的文字。 */
export const orders = {
  'orders.tab.open': '挂单',
  'orders.tab.history': '历史',
  'orders.tab.fills': '成交',
  'orders.tab.positions': '持仓',
  'orders.tab.account': '账户',
  'orders.onlyLast': '仅显示最近 {count} 条。',
  'orders.net': '合计净持仓',
  'orders.owners': '持有者数',
  'orders.balances': '{venue} 的余额',
  'orders.balance': '余额',
  'orders.noBalances': '交易所没有给出余额。',
  'orders.currency': '币种',
  'orders.free': '可用',
  'orders.total': '总额',
  'orders.pnl': '所有策略的盈亏',
} as const;
