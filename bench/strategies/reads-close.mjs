import { defineStrategy } from 'quantcell';
import { makeReader } from '../support/readers.mjs';

let reader = makeReader({ kind: 'sum', expected: 0 });
let missingOfRound = 0;
/** Since the beginning, rounds or not. */
let bars = 0;
let missing = 0;

// The benchmark begins a round, and asks for its figures, by changing the parameters.
export default defineStrategy({
  name: 'reads-close',
  symbols: ['BTC/USDT'],
  onBar(ctx, bar) {
    reader.onBar(bar);
    bars += 1;
  },
  onGap(ctx, gap) {
    missing += gap.count;
    missingOfRound += gap.count;
  },
  onParams(ctx) {
    const { round, begin } = ctx.params;
    if (begin === undefined) {
      ctx.report({ round, bars, missing, missingOfRound, ...reader.figures() });
      return;
    }
    reader = makeReader(begin);
    // They are long, and would be part of all that is told of the worker meanwhile.
    ctx.report({ latencies: null });
    missingOfRound = 0;
  },
});
