import { Strategy, type Bar, type StrategyContext } from 'quantcell/strategy';
import { z } from 'zod';

const params = z.strictObject({
  lookback: z.number().int().min(1).default(30).describe('Bars over which the return is taken'),
  every: z.number().int().min(1).default(10).describe('Bars between two rankings'),
});

type Params = z.output<typeof params>;
interface State {
  bars: number;
  rankings: number;
  leader: string | null;
  changesOfLeader: number;
}

/** Ranks several symbols by their return, in the class form of a strategy. */
export default class RelativeStrength extends Strategy<Params, State> {
  readonly name = 'Relative strength';
  override readonly params = params;
  override readonly symbols = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];
  override readonly warmup = 30;
  override readonly state = (): State => ({
    bars: 0,
    rankings: 0,
    leader: null,
    changesOfLeader: 0,
  });

  override onBar(ctx: StrategyContext<Params, State>, bar: Bar): void {
    const { state, symbols } = ctx;
    state.bars += 1;
    ctx.report({ bars: state.bars });
    // Ranked once the last symbol has its bar, so that all are compared over the same span.
    if (bar.symbol !== symbols.at(-1) || (state.bars / symbols.length) % ctx.params.every >= 1)
      return;
    const ranking = this.#rank(ctx, bar.timeframe);
    const leader = ranking[0]?.symbol ?? null;
    if (leader === null) return;
    state.rankings += 1;
    if (state.leader !== null && leader !== state.leader) state.changesOfLeader += 1;
    state.leader = leader;
    ctx.report({
      ...state,
      ranking: ranking.map(({ symbol, change }) => `${symbol} ${(change * 100).toFixed(2)} %`),
    });
  }

  #rank(
    ctx: StrategyContext<Params, State>,
    timeframe: string,
  ): { symbol: string; change: number }[] {
    return ctx.symbols
      .flatMap((symbol) => {
        const bars = ctx.history(symbol, timeframe, ctx.params.lookback + 1);
        const first = bars[0];
        const last = bars.at(-1);
        if (first === undefined || last === undefined || bars.length <= ctx.params.lookback)
          return [];
        return [{ symbol, change: last.close / first.close - 1 }];
      })
      .toSorted((one, other) => other.change - one.change);
  }
}
