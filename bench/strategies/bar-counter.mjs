// Counts the bars that it is shown, and what is wrong with their order: bar number n opens n minutes
// after the epoch.
import { defineStrategy } from 'quantcell';

export default defineStrategy({
  name: 'bar-counter',
  symbols: ['BTC/USDT'],
  state: { shown: 0, last: 0, lost: 0, doubled: 0 },
  onBar(ctx, bar) {
    const { state } = ctx;
    const number = bar.timestamp / 60_000;
    state.shown += 1;
    if (number > state.last) {
      state.lost += number - state.last - 1;
      state.last = number;
    } else {
      state.doubled += 1;
    }
    ctx.report({ ...state });
  },
});
