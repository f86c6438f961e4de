import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  describeStrategy,
  loadStrategy,
  parseParams,
  type LoadedStrategy,
} from '../../../src/worker/strategy-loader.ts';
import { moduleOf } from './support.ts';

const ZOD = createRequire(import.meta.url).resolve('zod');

async function load(code: string): Promise<LoadedStrategy> {
  return loadStrategy(await moduleOf(code), 'my/strategy.ts');
}

describe('loadStrategy', () => {
  it('takes an object', async () => {
    const strategy = await load('export default { name: "mine", onBar() {} }');
    expect([strategy.name, typeof strategy.onBar]).toEqual(['mine', 'function']);
  });

  it('takes a class and makes one of it', async () => {
    const strategy = await load(
      'export default class { name = "mine"; onBar() { return this.name } }',
    );
    expect(strategy.onBar?.({} as never, {} as never)).toBe('mine');
  });

  it.each([
    [
      'no default export',
      'export const a = 1',
      'has no default export: expected `export default defineStrategy({ ... })`',
    ],
    [
      'text',
      'export default "x"',
      'exports "x" as its default: expected a strategy object or class',
    ],
    ['null', 'export default null', 'exports null as its default'],
    ['a list', 'export default []', 'exports [] as its default'],
    [
      'an arrow function',
      'export default () => ({ name: "x" })',
      'exports a function as its default: expected a strategy object or class',
    ],
    [
      'an async function',
      'export default async function f() {}',
      'exports a function as its default',
    ],
    ['no name', 'export default {}', 'has the name undefined: expected a text that is not empty'],
    ['an empty name', 'export default { name: "" }', 'has the name ""'],
    ['a name that is a number', 'export default { name: 5 }', 'has the name 5'],
    [
      'a callback that is none',
      'export default { name: "x", onBar: 5 }',
      'has onBar 5: a callback is a function',
    ],
    [
      'a callback that is null',
      'export default { name: "x", onStop: null }',
      'has onStop null: a callback is a function',
    ],
    [
      'a callback with a typo in its name',
      'export default { name: "x", onbar() {} }',
      'has onbar: did you mean onBar?',
    ],
    [
      'a class that inherits one',
      'class Base { name = "x"; onBars() {} } export default class extends Base {}',
      'has onBars: did you mean onBar?',
    ],
    [
      'symbols that are no list',
      'export default { name: "x", symbols: "BTC/USDT" }',
      'has symbols "BTC/USDT": expected a list of texts',
    ],
    [
      'dataTypes with a number',
      'export default { name: "x", dataTypes: [1] }',
      'has dataTypes [1]: expected a list of texts',
    ],
    [
      'a negative warm-up',
      'export default { name: "x", warmup: -1 }',
      'has warmup -1: expected a whole number of bars from 0',
    ],
    ['half a bar of warm-up', 'export default { name: "x", warmup: 0.5 }', 'has warmup 0.5'],
    [
      'params that are an object',
      'export default { name: "x", params: { fast: 1 } }',
      'has params that are not a schema: expected z.object({ ... }) or the like',
    ],
    [
      'params that are null',
      'export default { name: "x", params: null }',
      'has params that are not a schema',
    ],
  ])('refuses %s', async (_what, code, message) => {
    await expect(load(code)).rejects.toMatchObject({
      name: 'StrategyError',
      code: 'BAD_STRATEGY',
      message: expect.stringContaining(`my/strategy.ts ${message}`),
    });
  });

  it('says what a file threw while it was loaded', async () => {
    await expect(load('throw new Error("no network")')).rejects.toMatchObject({
      code: 'STRATEGY_LOAD_FAILED',
      message: 'my/strategy.ts threw while it was loaded: no network',
      cause: expect.objectContaining({ message: 'no network' }),
    });
  });

  it('says what a constructor threw', async () => {
    await expect(
      load('export default class { constructor() { throw new Error("no") } }'),
    ).rejects.toMatchObject({
      code: 'STRATEGY_LOAD_FAILED',
      message: 'the constructor of my/strategy.ts threw: no',
    });
  });

  it('says so where there is no file', async () => {
    await expect(loadStrategy('/nowhere/at-all.mjs', 'my/strategy.ts')).rejects.toMatchObject({
      code: 'STRATEGY_LOAD_FAILED',
    });
  });
});

function withParams(params: unknown): LoadedStrategy {
  return { name: 'mine', params } as LoadedStrategy;
}

describe('parseParams', () => {
  const schema = z.object({
    fast: z.int().min(1).default(10),
    deep: z.object({ ids: z.array(z.string()) }).optional(),
  });

  it('takes anything where there is no schema', async () => {
    expect(await parseParams(withParams(undefined), { any: 'thing' })).toEqual({ any: 'thing' });
  });

  it('takes nothing for an empty object', async () => {
    expect(await parseParams(withParams(undefined), undefined)).toEqual({});
  });

  it('fills defaults in', async () => {
    expect(await parseParams(withParams(schema), {})).toEqual({ fast: 10 });
  });

  it('names the path of a fault and the value there', async () => {
    await expect(parseParams(withParams(schema), { fast: 'abc' })).rejects.toMatchObject({
      code: 'INVALID_PARAMS',
      message: expect.stringMatching(/^params of strategy "mine": params\.fast is "abc": /),
    });
  });

  it('names paths within', async () => {
    await expect(parseParams(withParams(schema), { deep: { ids: ['a', 5] } })).rejects.toThrow(
      'params.deep.ids.1 is 5: ',
    );
  });

  it('names all faults', async () => {
    const both = z.object({ a: z.number(), b: z.number() });
    await expect(parseParams(withParams(both), { a: 'x', b: 'y' })).rejects.toMatchObject({
      facts: {
        faults: [
          expect.objectContaining({ path: 'params.a' }),
          expect.objectContaining({ path: 'params.b' }),
        ],
      },
    });
  });

  it('names the whole where that is wrong', async () => {
    await expect(parseParams(withParams(schema), 'text')).rejects.toThrow('params is "text": ');
  });

  it('takes any library that speaks Standard Schema, with promises and path segments', async () => {
    const own = {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate: async () => ({ issues: [{ message: 'bad', path: [{ key: 'a' }, 'b'] }] }),
      },
    };
    await expect(parseParams(withParams(own), { a: { b: 7 } })).rejects.toThrow(
      'params.a.b is 7: bad',
    );
  });
});

describe('describeStrategy', () => {
  it('says what the file says', async () => {
    const strategy = await load(
      'export default { name: "mine", symbols: ["BTC/USDT"], dataTypes: ["trade"], warmup: 5, onTrade() {}, onInit() {} }',
    );
    expect(describeStrategy(strategy)).toEqual({
      name: 'mine',
      symbols: ['BTC/USDT'],
      dataTypes: ['trade'],
      warmup: 5,
      callbacks: ['onInit', 'onTrade'],
      paramsSchema: null,
    });
  });

  it('has defaults for what the file does not say', () => {
    expect(describeStrategy({ name: 'mine' })).toEqual({
      name: 'mine',
      symbols: [],
      dataTypes: ['kline'],
      warmup: 0,
      callbacks: [],
      paramsSchema: null,
    });
  });

  it('gives the parameters as JSON Schema', async () => {
    const strategy = await load(
      `import { z } from ${JSON.stringify(ZOD)}; export default { name: "mine", params: z.object({ fast: z.int() }) }`,
    );
    expect(describeStrategy(strategy).paramsSchema).toMatchObject({
      type: 'object',
      properties: { fast: { type: 'integer' } },
    });
  });

  it('does without where a schema has no such form', () => {
    const strategy = withParams(z.object({ when: z.date() }));
    expect(describeStrategy(strategy).paramsSchema).toBeNull();
  });
});
