import { defineStrategy } from 'quantcell/strategy';
import { SMA } from 'trading-signals';
import { z } from 'zod';

const params = z
  .strictObject({
    n1: z.number().int().min(1).default(10).describe('Bars of the fast average'),
    n2: z.number().int().min(2).default(20).describe('Bars of the slow average'),
    quantity: z.number().positive().default(0.1).describe('Bought when the fast one crosses up'),
  })
  .refine(({ n1, n2 }) => n1 < n2, { message: 'n1 must be less than n2', path: ['n1'] });

let fast: SMA;
let slow: SMA;

export default defineStrategy({
  name: 'SMA cross',
  params,
  dataTypes: ['kline'],
  state: () => ({ bars: 0, crossingsUp: 0, crossingsDown: 0, above: null as boolean | null }),

  onInit(ctx) {
    fast = new SMA(ctx.params.n1);
    slow = new SMA(ctx.params.n2);
  },

  // Not async: only the bars at which it trades give a promise to wait for.
  onBar(ctx, bar) {
    const { state } = ctx;
    const { symbol } = bar;
    let trade: Promise<unknown> | undefined;
    state.bars += 1;
    fast.update(bar.close, false);
    slow.update(bar.close, false);
    if (slow.isStable) {
      const above = fast.getResultOrThrow() > slow.getResultOrThrow();
      if (state.above !== null && above !== state.above) {
        if (above) state.crossingsUp += 1;
        else state.crossingsDown += 1;
        ctx.log.debug(`crossed ${above ? 'up' : 'down'} at ${bar.close}`);
        if (above) trade = ctx.buy(symbol, ctx.params.quantity);
        else if (ctx.position(symbol).quantity !== '0') trade = ctx.closePosition(symbol);
      }
      state.above = above;
    }
    ctx.report({
      bars: state.bars,
      crossingsUp: state.crossingsUp,
      crossingsDown: state.crossingsDown,
    });
    return trade?.then(() => undefined);
  },
});
