import { defineStrategy } from 'quantcell/strategy';

/** Buys a little for each trade that it is shown, or `burst` times at once. */
export default defineStrategy({
  name: 'Buys on each trade',
  dataTypes: ['trade'],
  async onTrade(ctx, trade) {
    const { burst = 1 } = ctx.params;
    const calls = Array.from({ length: burst }, () => ctx.buy(trade.symbol, 0.001));
    await Promise.all(calls);
  },
});
