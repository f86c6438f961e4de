import { defineStrategy } from 'quantcell/strategy';
import { z } from 'zod';

const params = z.strictObject({
  windowMs: z
    .number()
    .int()
    .min(100)
    .default(5_000)
    .describe('Span of one measurement, milliseconds'),
});

export default defineStrategy({
  name: 'Tick pressure',
  params,
  dataTypes: ['tick'],
  state: () => ({ trades: 0, quotes: 0, bought: 0, sold: 0, windows: 0, spreadBps: 0 }),

  onStart(ctx) {
    ctx.schedule.every('window', ctx.params.windowMs);
  },

  onTrade(ctx, trade) {
    ctx.state.trades += 1;
    if (trade.aggressorSide === 'buy') ctx.state.bought += trade.size;
    else if (trade.aggressorSide === 'sell') ctx.state.sold += trade.size;
  },

  onQuote(ctx, quote) {
    ctx.state.quotes += 1;
    const middle = (quote.bid + quote.ask) / 2;
    ctx.state.spreadBps = ((quote.ask - quote.bid) / middle) * 10_000;
  },

  onTimer(ctx) {
    const { state } = ctx;
    const volume = state.bought + state.sold;
    state.windows += 1;
    ctx.report({
      windows: state.windows,
      trades: state.trades,
      quotes: state.quotes,
      spreadBps: Number(state.spreadBps.toFixed(3)),
      // From -1 (all sold) to 1 (all bought).
      pressure: volume === 0 ? 0 : Number(((state.bought - state.sold) / volume).toFixed(4)),
    });
    state.bought = 0;
    state.sold = 0;
  },

  onParams(ctx) {
    ctx.schedule.every('window', ctx.params.windowMs);
  },
});
