import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineStrategy } from '../../../src/strategy/definition.ts';
import { Strategy } from '../../../src/strategy/strategy.ts';
import { misnamedCallback } from '../../../src/worker/misnamed-callbacks.ts';

const nothing = (): void => undefined;

describe('misnamedCallback', () => {
  it.each([
    ['onbar', 'has onbar: did you mean onBar?'],
    ['onBars', 'has onBars: did you mean onBar?'],
    ['OnBar', 'has OnBar: did you mean onBar?'],
    ['onTrades', 'has onTrades: did you mean onTrade?'],
    ['onQoute', 'has onQoute: did you mean onQuote?'],
    ['ontimer', 'has ontimer: did you mean onTimer?'],
    ['onOrderbook', 'has onOrderbook: did you mean onOrderBook?'],
    ['onorderbok', 'has onorderbok: did you mean onOrderBook?'],
    ['onStarted', 'has onStarted: did you mean onStart?'],
  ])('finds %s', (name, what) => {
    expect(misnamedCallback({ name: 'mine', [name]: nothing })).toBe(what);
  });

  it.each([
    'onBreakout',
    'onSomethingElse',
    'onlineScore',
    'once',
    'only',
    'one',
    'ones',
    'on',
    'onward',
    'ongoing',
    'oneBar',
  ])('passes over %s, which is a word of its own', (name) => {
    expect(misnamedCallback({ name: 'mine', [name]: nothing })).toBe(undefined);
  });

  it('passes over what is no function', () => {
    expect(misnamedCallback({ name: 'mine', onBars: 5 })).toBe(undefined);
  });

  it('finds a method of a class, and one that it inherits', () => {
    class Base extends Strategy {
      readonly name = 'base';
      onbar(): void {}
    }
    class Mine extends Base {}
    expect(misnamedCallback(new Base())).toBe('has onbar: did you mean onBar?');
    expect(misnamedCallback(new Mine())).toBe('has onbar: did you mean onBar?');
  });

  it('runs no getter', () => {
    const strategy = {
      name: 'mine',
      get onBars(): never {
        throw new Error('was run');
      },
    };
    expect(misnamedCallback(strategy)).toBe(undefined);
  });

  it('finds nothing in a strategy as it should be', () => {
    const strategy = defineStrategy({ name: 'mine', params: z.object({}), onBar: nothing });
    expect(misnamedCallback(strategy)).toBe(undefined);
  });
});
