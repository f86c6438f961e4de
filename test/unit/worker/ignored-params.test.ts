import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ignoredParams } from '../../../src/worker/ignored-params.ts';

/** What is said of `given` under a schema. */
function said(schema: z.ZodType, given: unknown): string | undefined {
  return ignoredParams(given, schema.parse(given), () => z.toJSONSchema(schema, { io: 'input' }));
}

const shape = { fast: z.int().default(5), slow: z.int().default(20) };

describe('ignoredParams', () => {
  it('names what a schema drops, and what there is', () => {
    expect(said(z.object(shape), { fast: 3, slwo: 9 })).toBe(
      'no such parameter: "slwo"; there are "fast", "slow"',
    );
  });

  it('names all of them', () => {
    expect(said(z.object({ n: z.int().optional() }), { m: 1, k: 2 })).toBe(
      'no such parameter: "m", "k"; there is "n"',
    );
    expect(said(z.object({}), { m: 1 })).toBe('no such parameter: "m"; there is none');
  });

  it.each([
    ['all are taken', z.object(shape), { fast: 1 }],
    ['others are let through', z.looseObject(shape), { other: 1 }],
    ['any name will do', z.record(z.string(), z.int()), { other: 1 }],
    ['a shape is one of several', z.union([z.object(shape), z.object({ n: z.int() })]), { n: 1 }],
    [
      'the schema gives another name',
      z.object(shape).transform(({ fast }) => ({ n1: fast })),
      { fast: 1 },
    ],
    ['the parameters are no object', z.array(z.int()), [1, 2]],
  ])('says nothing where %s', (_, schema, given) => {
    expect(said(schema, given)).toBeUndefined();
  });

  it('says nothing where the schema has no JSON form', () => {
    expect(ignoredParams({ m: 1 }, {}, () => null)).toBeUndefined();
  });
});
