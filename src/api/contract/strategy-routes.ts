import { z } from 'zod';
import { orNull, strategyName, timestamp } from './common.ts';
import { defineRoutes } from './route.ts';

const one = z.object({ name: strategyName });
/** Of a source, bytes. */
const MAX_SOURCE_BYTES = 1_048_576;
const source = z.string().min(1).max(MAX_SOURCE_BYTES);
const extension = z.enum(['ts', 'mts', 'js', 'mjs']);

const strategyDescription = z
  .object({
    /** As the file says. */
    title: z.string(),
    symbols: z.array(z.string()),
    dataTypes: z.array(z.string()),
    warmup: z.int(),
    callbacks: z.array(z.string()),
    /** JSON Schema of the parameters; null if there is none. */
    paramsSchema: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'StrategyDescription' });

export const strategy = z
  .object({
    name: strategyName,
    /** Its file inside the strategies folder. */
    file: z.string(),
    sizeBytes: z.int(),
    modifiedAt: timestamp,
    /** Hash of the source, 12 hexadecimal digits. */
    version: z.string(),
    /** Workers that are made of it. */
    workers: z.array(z.string()),
  })
  .meta({ id: 'Strategy' });

const strategyVersion = z
  .object({
    version: z.string(),
    at: timestamp,
    sizeBytes: z.int(),
    /** Who uploaded it; null for a file that was put there. */
    by: z.string().nullable(),
  })
  .meta({ id: 'StrategyVersion' });

export const validation = z
  .object({
    isValid: z.boolean(),
    description: orNull(strategyDescription),
    /** With file, line and column where that is known. */
    faults: z.array(
      z.object({
        code: z.string(),
        message: z.string(),
        line: z.int().nullable(),
        column: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'Validation', description: 'Whether a strategy can be started, and why not.' });

export const strategyRoutes = defineRoutes({
  listStrategies: {
    method: 'get',
    path: '/strategies',
    role: 'read',
    tag: 'strategies',
    summary: 'The strategies in the strategies folder.',
    answer: z.object({ items: z.array(strategy) }),
  },
  uploadStrategy: {
    method: 'put',
    path: '/strategies/{name}',
    role: 'admin',
    tag: 'strategies',
    summary:
      'Writes a strategy once it is valid; the version before is kept. Running workers go on until they are reloaded.',
    params: one,
    body: z.strictObject({ source, extension: extension.default('ts') }),
    maxBodyBytes: 2 * MAX_SOURCE_BYTES,
    answer: z.object({ strategy, validation }),
  },
  validateStrategy: {
    method: 'post',
    path: '/strategies/validate',
    role: 'admin',
    tag: 'strategies',
    summary:
      'Compiles a source and looks at what it exports, in a process of its own; keeps nothing.',
    body: z.strictObject({ source, extension: extension.default('ts') }),
    maxBodyBytes: 2 * MAX_SOURCE_BYTES,
    answer: validation,
  },
  getStrategy: {
    method: 'get',
    path: '/strategies/{name}',
    role: 'read',
    tag: 'strategies',
    summary: 'A strategy and what it says of itself.',
    params: one,
    answer: z.object({ strategy, validation }),
  },
  getStrategySource: {
    method: 'get',
    path: '/strategies/{name}/source',
    role: 'read',
    tag: 'strategies',
    summary: 'Its source, now or of a version.',
    params: one,
    query: z.object({
      version: z
        .string()
        .regex(/^[0-9a-f]{12}$/, '12 hexadecimal digits')
        .optional(),
    }),
    answer: z.object({ name: strategyName, version: z.string(), source: z.string() }),
  },
  listStrategyVersions: {
    method: 'get',
    path: '/strategies/{name}/versions',
    role: 'read',
    tag: 'strategies',
    summary: 'Its versions that are kept, newest first.',
    params: one,
    answer: z.object({ items: z.array(strategyVersion) }),
  },
  deleteStrategy: {
    method: 'delete',
    path: '/strategies/{name}',
    role: 'admin',
    tag: 'strategies',
    summary: 'Takes a strategy that no worker is made of out of the folder; its versions are kept.',
    params: one,
    answer: null,
  },
});

export type StrategyView = z.infer<typeof strategy>;
export type StrategyVersion = z.infer<typeof strategyVersion>;
export type Validation = z.infer<typeof validation>;
