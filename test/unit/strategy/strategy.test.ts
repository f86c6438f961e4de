import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Bar } from '../../../src/model/bar.ts';
import type { StrategyContext } from '../../../src/strategy/context.ts';
import { CALLBACK_NAMES } from '../../../src/strategy/definition.ts';
import { Strategy } from '../../../src/strategy/strategy.ts';

class Idle extends Strategy {
  readonly name = 'idle';
}

class CountsBars extends Strategy<{ period: number }, { bars: number }> {
  readonly name = 'counts bars';
  override readonly symbols = ['BTC/USDT'];
  override readonly state = { bars: 0 };

  override onBar(ctx: StrategyContext<{ period: number }, { bars: number }>): void {
    ctx.state.bars += 1;
  }
}

describe('Strategy', () => {
  it.each(CALLBACK_NAMES)('has no %s until a subclass writes one', (callback) => {
    expect(callback in new Idle()).toBe(false);
  });

  it('has the callback that a subclass writes', () => {
    expect('onBar' in new CountsBars()).toBe(true);
  });

  it('has the members that a subclass sets', () => {
    expect(new CountsBars()).toMatchObject({
      name: 'counts bars',
      symbols: ['BTC/USDT'],
      state: { bars: 0 },
    });
  });

  it('types the callbacks that a subclass may write', () => {
    expectTypeOf<Parameters<NonNullable<Idle['onBar']>>>().toEqualTypeOf<
      [ctx: StrategyContext<Record<string, unknown>, Record<string, unknown>>, bar: Bar]
    >();
  });
});
