import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Bar } from '../../../src/model/bar.ts';
import type { StrategyContext } from '../../../src/strategy/context.ts';
import {
  CALLBACK_NAMES,
  defineStrategy,
  type CallbackName,
  type StrategyCallbacks,
  type StrategyDefinition,
} from '../../../src/strategy/definition.ts';

describe('defineStrategy', () => {
  it('returns the definition as it is', () => {
    const definition: StrategyDefinition = { name: 'idle' };
    expect(defineStrategy(definition)).toBe(definition);
  });

  it('types the callbacks by parameters and state', () => {
    defineStrategy<{ period: number }, { bars: number }>({
      name: 'counts bars',
      onBar(ctx, bar) {
        expectTypeOf(ctx).toEqualTypeOf<StrategyContext<{ period: number }, { bars: number }>>();
        expectTypeOf(bar).toEqualTypeOf<Bar>();
      },
    });
  });

  it('takes the type of the state from its first value', () => {
    const definition = defineStrategy({ name: 'counts bars', state: { bars: 0 } });
    expectTypeOf(definition).toEqualTypeOf<
      StrategyDefinition<Record<string, unknown>, { bars: number }>
    >();
  });
});

describe('CALLBACK_NAMES', () => {
  it('names every callback', () => {
    expectTypeOf<CallbackName>().toEqualTypeOf<keyof StrategyCallbacks<unknown, unknown>>();
  });

  it('names each callback once', () => {
    expect(new Set(CALLBACK_NAMES).size).toBe(CALLBACK_NAMES.length);
  });

  it('begins and ends with the life of a strategy', () => {
    expect([CALLBACK_NAMES[0], CALLBACK_NAMES.at(-1)]).toEqual(['onInit', 'onStop']);
  });
});
