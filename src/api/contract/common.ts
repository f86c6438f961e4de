import { z } from 'zod';

/** Milliseconds since the Unix epoch. */
export const timestamp = z
  .int()
  .min(0)
  .meta({ description: 'Milliseconds since the Unix epoch.', examples: [1_700_000_000_000] });

/** A decimal number as text: never rounded on its way. */
export const decimalText = z
  .string()
  .regex(/^-?\d+(\.\d+)?$/)
  .meta({ description: 'A decimal number as text, never rounded.', examples: ['0.125'] });

export const workerId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'letters, digits, ".", "_" and "-", 64 at most')
  .meta({ description: 'Id of a worker.', examples: ['sma-btc'] });

/** A strategy by its name inside the strategies folder; never a path. */
export const strategyName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'lower case letters, digits, "_" and "-", 64 at most')
  .meta({ description: 'Name of a strategy in the strategies folder.', examples: ['sma-cross'] });

export const symbol = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'A symbol as ccxt writes it.', examples: ['BTC/USDT'] });

/** Plain data that a strategy or a person gives. */
export const plainData = z
  .union([
    z.string(),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(z.unknown()),
    z.record(z.string(), z.unknown()),
  ])
  .meta({ description: 'Any JSON value.' });

/** A schema with a name of its own, or null. `nullable()` would say in the document that null is none of its values. */
export function orNull<Schema extends z.ZodType>(schema: Schema): z.ZodUnion<[Schema, z.ZodNull]> {
  return z.union([schema, z.null()]);
}

/** A list inside a query: `a,b`. */
export const commaList = z
  .string()
  .max(4_096)
  .transform((text) => text.split(',').filter((part) => part !== ''))
  .meta({ description: 'Values, separated by commas.' });

export const limit = (most: number, otherwise: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce
    .number()
    .int()
    .min(1)
    .max(most)
    .default(otherwise)
    .meta({ description: `How many at most, 1 to ${most}.` });

export const offset = z.coerce
  .number()
  .int()
  .min(0)
  .max(1_000_000)
  .default(0)
  .meta({ description: 'How many to pass over.' });

/** RFC 9457, with the stable code of docs/ERRORS.md. */
export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    /** Stable; see docs/ERRORS.md. */
    code: z.string(),
    /** A sentence that quotes what is wrong and says what would be right. */
    detail: z.string(),
    /** Id of the request, also in the log. */
    instance: z.string(),
    /** Of a command: refused, or not answered in time. */
    result: z.enum(['rejected', 'timed-out']).optional(),
    /** Of a command on a worker that failed: the worker's state as it is known. */
    state: z.string().optional(),
    /** Of an input: each place that is wrong. */
    faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'Why a request was not done.' });

export type Problem = z.infer<typeof problem>;
