import { z } from 'zod';
import { WorkerState } from '../../lifecycle/worker-state.ts';
import { commaList, limit, offset, orNull, plainData, timestamp, workerId } from './common.ts';
import { fill, order, performance, position } from './execution-schemas.ts';
import { defineRoutes, type RouteSpec } from './route.ts';
import {
  batchResult,
  commandResult,
  logLine,
  newWorker,
  sample,
  transition,
  worker,
  workerConfig,
  workerExit,
  workerHealth,
  workerState,
} from './worker-schemas.ts';

const one = z.object({ id: workerId });
const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export type WorkerAction = 'start' | 'stop' | 'restart' | 'pause' | 'resume' | 'reload';

/** Resolves once what it says has happened; see the outcomes in docs/API.md. */
function lifecycle<const Action extends WorkerAction>(action: Action, summary: string) {
  return {
    method: 'post',
    path: `/workers/{id}/${action}`,
    role: 'operate',
    tag: 'workers',
    summary,
    params: one,
    answer: commandResult,
  } as const satisfies RouteSpec;
}

const states = commaList.pipe(z.array(z.enum(WorkerState)));

export const workerRoutes = defineRoutes({
  listWorkers: {
    method: 'get',
    path: '/workers',
    role: 'read',
    tag: 'workers',
    summary: 'Workers, filtered and page by page.',
    query: z.object({
      state: states.optional().meta({ description: 'States, separated by commas.' }),
      strategy: z.string().max(64).optional(),
      symbol: z.string().max(64).optional(),
      search: z
        .string()
        .max(64)
        .optional()
        .meta({ description: 'Part of the id or the strategy.' }),
      sort: z
        .enum(['id', 'state', 'eventsPerSecond', 'lagMs', 'memoryBytes', 'restartCount'])
        .default('id'),
      descending: z.stringbool().default(false),
      limit: limit(1_000, 100),
      offset,
    }),
    answer: z.object({
      items: z.array(worker),
      /** With the filter, on all pages. */
      total: z.int(),
      /** Without the filter. */
      byState: z.partialRecord(workerState, z.int()),
    }),
  },
  createWorker: {
    method: 'post',
    path: '/workers',
    role: 'operate',
    tag: 'workers',
    summary:
      'Makes a worker of a strategy, and starts it unless told otherwise. One that can not be started is not kept: its error is the answer, and the same request can be made again.',
    body: newWorker,
    answer: commandResult,
    status: 201,
  },
  batchWorkers: {
    method: 'post',
    path: '/workers/batch',
    role: 'operate',
    tag: 'workers',
    summary: 'Does the same with many workers; each has a result of its own.',
    body: z.strictObject({
      action: z.enum(['start', 'stop', 'restart', 'pause', 'resume', 'reload', 'delete']),
      ids: z.array(workerId).min(1).max(1_000),
    }),
    answer: batchResult,
  },
  getWorker: {
    method: 'get',
    path: '/workers/{id}',
    role: 'read',
    tag: 'workers',
    summary: 'A worker.',
    params: one,
    answer: worker,
  },
  updateWorker: {
    method: 'patch',
    path: '/workers/{id}',
    role: 'operate',
    tag: 'workers',
    summary: 'Changes how a worker is run: at once what can be, the rest at its next start.',
    params: one,
    body: workerConfig,
    answer: z.object({
      worker,
      /** In force now. */
      applied: z.array(z.string()),
      /** In force from its next start. */
      atNextStart: z.array(z.string()),
    }),
  },
  deleteWorker: {
    method: 'delete',
    path: '/workers/{id}',
    role: 'operate',
    tag: 'workers',
    summary: 'Forgets a worker that does not run, with its log and its state.',
    params: one,
    answer: null,
  },
  cloneWorker: {
    method: 'post',
    path: '/workers/{id}/clone',
    role: 'operate',
    tag: 'workers',
    summary: 'Makes another worker with the same strategy and configuration, which is not started.',
    params: one,
    body: z.strictObject({ id: workerId.optional() }),
    answer: commandResult,
    status: 201,
  },
  startWorker: lifecycle('start', 'Starts a worker that does not run; lifts a quarantine.'),
  stopWorker: lifecycle('stop', 'Stops a worker, by force if need be.'),
  restartWorker: lifecycle('restart', 'Stops a worker and starts it anew from its file.'),
  pauseWorker: lifecycle(
    'pause',
    'No more market data reaches the strategy; it may only make positions smaller.',
  ),
  resumeWorker: lifecycle('resume', 'Market data reaches a paused strategy again.'),
  reloadWorker: lifecycle(
    'reload',
    "Puts the strategy's file as it is now in force, without a gap.",
  ),
  getWorkerHealth: {
    method: 'get',
    path: '/workers/{id}/health',
    role: 'read',
    tag: 'workers',
    summary: 'Whether a worker is well, and why not.',
    params: one,
    answer: workerHealth,
  },
  getWorkerHistory: {
    method: 'get',
    path: '/workers/{id}/history',
    role: 'read',
    tag: 'workers',
    summary: 'The last moves of its state and the last ends of its processes, oldest first.',
    params: one,
    answer: z.object({ transitions: z.array(transition), exits: z.array(workerExit) }),
  },
  getWorkerMetrics: {
    method: 'get',
    path: '/workers/{id}/metrics',
    role: 'read',
    tag: 'workers',
    summary: 'Its figures now and before.',
    params: one,
    query: z.object({
      since: z.coerce
        .number()
        .int()
        .min(0)
        .default(0)
        .meta({ description: 'Milliseconds since the Unix epoch.' }),
      resolution: z.enum(['second', 'minute']).default('second'),
    }),
    answer: z.object({ current: orNull(sample), history: z.array(sample) }),
  },
  getWorkerConfig: {
    method: 'get',
    path: '/workers/{id}/config',
    role: 'read',
    tag: 'workers',
    summary: 'How it is run, as it was given.',
    params: one,
    answer: z.looseObject({}),
  },
  getWorkerLogs: {
    method: 'get',
    path: '/workers/{id}/logs',
    role: 'read',
    tag: 'workers',
    summary: 'The last lines of its log that fit, oldest first.',
    params: one,
    query: z.object({
      level: z.enum(LOG_LEVELS).optional().meta({ description: 'This one and worse ones.' }),
      search: z.string().max(200).optional().meta({ description: 'Part of the message.' }),
      before: z.coerce.number().int().optional().meta({ description: 'Older than this time, ms.' }),
      limit: limit(5_000, 200),
    }),
    answer: z.object({ lines: z.array(logLine) }),
  },
  clearWorkerLogs: {
    method: 'delete',
    path: '/workers/{id}/logs',
    role: 'operate',
    tag: 'workers',
    summary: 'Empties its log.',
    params: one,
    answer: null,
  },
  getWorkerTrades: {
    method: 'get',
    path: '/workers/{id}/trades',
    role: 'read',
    tag: 'workers',
    summary: 'Its fills, oldest first.',
    params: one,
    query: z.object({ since: z.coerce.number().int().min(0).default(0), limit: limit(5_000, 500) }),
    answer: z.object({ items: z.array(fill) }),
  },
  getWorkerOrders: {
    method: 'get',
    path: '/workers/{id}/orders',
    role: 'read',
    tag: 'workers',
    summary: 'Its orders, newest first.',
    params: one,
    query: z.object({ open: z.stringbool().default(false), limit: limit(1_000, 100) }),
    answer: z.object({ items: z.array(order) }),
  },
  getWorkerPositions: {
    method: 'get',
    path: '/workers/{id}/positions',
    role: 'read',
    tag: 'workers',
    summary: 'What it holds.',
    params: one,
    answer: z.object({ items: z.array(position) }),
  },
  getWorkerPerformance: {
    method: 'get',
    path: '/workers/{id}/performance',
    role: 'read',
    tag: 'workers',
    summary: 'How it did: equity over time, drawdown, wins and losses.',
    params: one,
    answer: performance,
  },
  getWorkerParams: {
    method: 'get',
    path: '/workers/{id}/params',
    role: 'read',
    tag: 'workers',
    summary: 'Its parameters, and the JSON Schema that they keep to.',
    params: one,
    answer: z.object({
      params: plainData,
      /** JSON Schema; null if the strategy has none. */
      schema: z.record(z.string(), z.unknown()).nullable(),
    }),
  },
  putWorkerParams: {
    method: 'put',
    path: '/workers/{id}/params',
    role: 'operate',
    tag: 'workers',
    summary: 'Gives a worker other parameters, while it runs or for its next start.',
    params: one,
    body: z.strictObject({ params: plainData }),
    answer: commandResult,
  },
  getWorkerState: {
    method: 'get',
    path: '/workers/{id}/state',
    role: 'read',
    tag: 'workers',
    summary: 'The state of its strategy as it was saved last.',
    params: one,
    answer: z.object({
      state: z
        .object({
          /** Of the shape, as the strategy says. */
          version: z.int(),
          savedAt: timestamp,
          data: z.unknown(),
        })
        .nullable(),
    }),
  },
  signalWorker: {
    method: 'post',
    path: '/workers/{id}/signals',
    role: 'trade',
    tag: 'workers',
    summary: 'Tells a strategy something (`onSignal`); answered once its callback has run.',
    params: one,
    body: z.strictObject({ name: z.string().min(1).max(64), data: plainData.optional() }),
    answer: z.object({ result: z.literal('applied') }),
  },
  commandWorker: {
    method: 'post',
    path: '/workers/{id}/commands',
    role: 'trade',
    tag: 'workers',
    summary: 'Asks a strategy something (`onCommand`); the answer is what its callback returned.',
    params: one,
    body: z.strictObject({ name: z.string().min(1).max(64), args: plainData.optional() }),
    answer: z.object({ result: z.literal('applied'), answer: z.unknown() }),
  },
});
