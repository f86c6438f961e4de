import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { draftOf, type Draft } from '../../../../web/src/components/schema-form/draft.ts';
import { fieldOf } from '../../../../web/src/components/schema-form/form-field.ts';
import type { JsonSchema } from '../../../../web/src/components/schema-form/json-schema.ts';
import { readDraft } from '../../../../web/src/components/schema-form/read-draft.ts';
import { serverFaults } from '../../../../web/src/components/schema-form/server-faults.ts';

/** As the system makes the JSON Schema of a strategy's parameters. */
const schemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;

const read = (schema: z.ZodType, change: Record<string, Draft> = {}) => {
  const field = fieldOf(schemaOf(schema));
  const draft = { ...(draftOf(field, undefined) as Record<string, Draft>), ...change };
  return readDraft(field, draft, true);
};

const faultsOf = (schema: z.ZodType, change: Record<string, Draft>) =>
  read(schema, change).faults.map(({ path, key }) => `${path}: ${key.replace('form.wrong.', '')}`);

describe('a form of a JSON Schema', () => {
  const params = z.object({
    fast: z.int().min(2).max(200).default(10),
    size: z.number().positive(),
    side: z.enum(['both', 'long']).default('both'),
    isDry: z.boolean().default(false),
    note: z.string().min(2).optional(),
    levels: z
      .array(z.object({ offset: z.number() }))
      .max(2)
      .optional(),
    stop: z.object({ share: z.number(), trailing: z.boolean().optional() }).optional(),
  });

  it('has a field of the right kind for each parameter', () => {
    const field = fieldOf(schemaOf(params));
    const kinds = field.kind === 'object' && field.entries.map((entry) => entry.field.kind);
    expect(kinds).toEqual(['number', 'number', 'enum', 'boolean', 'string', 'array', 'object']);
  });

  it('is filled in with the defaults and leaves out what is not given', () => {
    expect(read(params, { size: '0.5' })).toEqual({
      value: { fast: 10, size: 0.5, side: 'both', isDry: false },
      faults: [],
    });
  });

  it('reads back every value that it was filled in with', () => {
    const value = {
      fast: 20,
      size: 1e-7,
      side: 'long',
      isDry: true,
      note: 'hello',
      levels: [{ offset: -1 }, { offset: 2.5 }],
      stop: { share: 0.1, trailing: false },
    };
    const field = fieldOf(schemaOf(params));
    expect(readDraft(field, draftOf(field, value), true)).toEqual({ value, faults: [] });
  });

  it.each<[Record<string, Draft>, string]>([
    [{}, 'size: required'],
    [{ size: '0' }, 'size: above'],
    [{ size: '1,5' }, 'size: number'],
    [{ size: '0x10' }, 'size: number'],
    [{ size: '1', fast: '1' }, 'fast: min'],
    [{ size: '1', fast: '201' }, 'fast: max'],
    [{ size: '1', fast: '2.5' }, 'fast: integer'],
    [{ size: '1', note: 'a' }, 'note: short'],
    [{ size: '1', levels: [{ offset: '1' }, { offset: '' }] }, 'levels.1.offset: required'],
    [{ size: '1', levels: [{}, {}, {}] }, 'levels: many'],
    [{ size: '1', stop: { share: '', trailing: 'true' } }, 'stop.share: required'],
  ])('with %j says %s', (change, fault) => {
    expect(faultsOf(params, change)).toEqual([fault]);
  });

  it('takes steps that have no exact binary form', () => {
    const schema = z.object({ tick: z.number().multipleOf(0.1) });
    expect(faultsOf(schema, { tick: '0.3' })).toEqual([]);
    expect(faultsOf(schema, { tick: '0.35' })).toEqual(['tick: multiple']);
  });

  it('keeps the types of enumerated values', () => {
    const schema = z.object({ depth: z.literal([5, 'all', null]) });
    expect(read(schema, { depth: '5' }).value).toEqual({ depth: 5 });
    expect(read(schema, { depth: 'null' }).value).toEqual({ depth: null });
  });

  it('lets a choice between shapes be written as JSON', () => {
    const schema = z.object({ at: z.union([z.number(), z.object({ of: z.string() })]) });
    expect(read(schema, { at: '{"of":"open"}' }).value).toEqual({ at: { of: 'open' } });
    expect(faultsOf(schema, { at: '{' })).toEqual(['at: json']);
  });

  it('follows references, and ends where a shape holds itself', () => {
    const schema: JsonSchema = {
      type: 'object',
      properties: { root: { $ref: '#/$defs/node' } },
      required: ['root'],
      ...({
        $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
      } as object),
    };
    const field = fieldOf(schema);
    expect(JSON.stringify(field)).toContain('"kind":"json"');
  });

  it('does not tell the largest safe integer as a bound', () => {
    const field = fieldOf(schemaOf(z.int()));
    expect(field).toMatchObject({ kind: 'number', isInteger: true, min: null, max: null });
  });
});

describe("the server's faults", () => {
  const problem = (...paths: string[]) =>
    ({ faults: paths.map((path) => ({ path, message: `at ${path}` })) }) as never;

  it.each([
    ['params.levels.0.size', 'levels.0.size'],
    ['/params/levels/0/size', 'levels.0.size'],
    ['params.levels[0].size', 'levels.0.size'],
    ['body.params.size', 'size'],
    ['params', ''],
  ])('at %s belong to %s', (path, place) => {
    expect([...serverFaults(problem(path), 'params').keys()]).toEqual([place]);
  });

  it('of other parts of the input are left out', () => {
    expect(serverFaults(problem('symbols.0'), 'params').size).toBe(0);
  });

  it('of one place are told together', () => {
    expect(serverFaults(problem('id', 'id')).get('id')).toBe('at id; at id');
  });
});
