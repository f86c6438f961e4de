import { z } from 'zod';
import { ROLES } from '../../model/role.ts';
import { limit, timestamp } from './common.ts';
import { defineRoutes } from './route.ts';

const role = z.enum(ROLES);

export const alert = z
  .object({
    seq: z.int(),
    at: timestamp,
    kind: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    /** Whom it is about: a worker's id, a symbol, a venue. */
    subject: z.string(),
    title: z.string(),
    text: z.string(),
    /** How many like it were told as this one. */
    count: z.int(),
    /** It says that what an alert before it was about is over. */
    isResolved: z.boolean(),
  })
  .meta({ id: 'Alert' });

export const systemInfo = z
  .object({
    version: z.string(),
    node: z.string(),
    pid: z.int(),
    host: z.string(),
    startedAt: timestamp,
    now: timestamp,
    uptimeMs: z.number(),
    /** Of the main process, bytes. */
    memoryBytes: z.number(),
    cpuShare: z.number(),
    /** Longest delay of its event loop in the last second, milliseconds. */
    loopDelayMs: z.number(),
    eventsInPerSecond: z.number(),
    eventsOutPerSecond: z.number(),
    workers: z.object({ total: z.int(), running: z.int(), max: z.int() }),
    pool: z.object({ idle: z.int(), inUse: z.int() }),
    transport: z.string(),
    streamClients: z.int(),
    feed: z.string(),
    venue: z.string().nullable(),
    mode: z.enum(['paper', 'live', 'none']),
    /** Path of the configuration; null for the embedded one. */
    configPath: z.string().nullable(),
    home: z.string(),
    freeDiskBytes: z.number(),
  })
  .meta({ id: 'SystemInfo' });

const auditEntry = z
  .object({
    /** From 1, without holes. */
    seq: z.int(),
    at: timestamp,
    /** Null for somebody without a token. */
    tokenId: z.string().nullable(),
    name: z.string().nullable(),
    role: z.string().nullable(),
    /** Address that it came from. */
    source: z.string(),
    /** Such as `startWorker`. */
    action: z.string(),
    /** Such as the id of a worker; null where there is none. */
    target: z.string().nullable(),
    /** What was asked, without secrets. */
    detail: z.unknown(),
    result: z.enum(['applied', 'rejected', 'timed-out', 'denied', 'failed']),
    /** Code of an error; null where the result says all. */
    reason: z.string().nullable(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEntry' });

const token = z
  .object({ id: z.string(), name: z.string(), role, createdAt: timestamp })
  .meta({ id: 'Token' });

const session = z
  .object({
    name: z.string(),
    role,
    /** To be sent as `X-QuantCell-CSRF` with each write of a session with a cookie; null with a token. */
    csrf: z.string().nullable(),
    expiresAt: timestamp.nullable(),
  })
  .meta({ id: 'Session' });

const readiness = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.array(
    z.object({ name: z.string(), isReady: z.boolean(), reason: z.string().nullable() }),
  ),
});

export const systemRoutes = defineRoutes({
  getLive: {
    method: 'get',
    path: '/health/live',
    role: null,
    tag: 'system',
    summary: 'The process answers.',
    answer: z.object({ status: z.literal('live') }),
  },
  getReady: {
    method: 'get',
    path: '/health/ready',
    role: null,
    tag: 'system',
    summary: 'Everything is started; 503 with what is missing otherwise.',
    answer: readiness,
  },
  getSystem: {
    method: 'get',
    path: '/system',
    role: 'read',
    tag: 'system',
    summary: 'The system and its main process.',
    answer: systemInfo,
  },
  getConfig: {
    method: 'get',
    path: '/system/config',
    role: 'operate',
    tag: 'system',
    summary: 'The configuration in force; secrets are left out.',
    answer: z.object({ path: z.string().nullable(), config: z.record(z.string(), z.unknown()) }),
  },
  reloadConfig: {
    method: 'post',
    path: '/system/reload',
    role: 'admin',
    tag: 'system',
    summary:
      'Reads the configuration again, as SIGHUP does; says what is in force and what needs a restart.',
    answer: z.object({ applied: z.array(z.string()), atNextStart: z.array(z.string()) }),
  },
  listAudit: {
    method: 'get',
    path: '/audit',
    role: 'operate',
    tag: 'system',
    summary: 'Who did what, newest first.',
    query: z.object({
      limit: limit(1_000, 100),
      before: z.coerce.number().int().min(1).optional(),
      action: z.string().max(64).optional(),
      target: z.string().max(128).optional(),
    }),
    answer: z.object({ items: z.array(auditEntry) }),
  },
  verifyAudit: {
    method: 'get',
    path: '/audit/verify',
    role: 'operate',
    tag: 'system',
    summary: 'Whether the chain of the audit log is whole.',
    answer: z.object({
      isWhole: z.boolean(),
      count: z.int(),
      /** Number of the first entry that is missing or was changed. */
      firstBad: z.int().nullable(),
      /** Hash of the last entry: kept elsewhere, it shows when the end was cut off. */
      head: z.string(),
    }),
  },
  listAlerts: {
    method: 'get',
    path: '/alerts',
    role: 'read',
    tag: 'system',
    summary: 'The last alerts, newest first.',
    query: z.object({ limit: limit(500, 100) }),
    answer: z.object({ items: z.array(alert) }),
  },
  testAlerts: {
    method: 'post',
    path: '/alerts/test',
    role: 'operate',
    tag: 'system',
    summary: 'Sends an alert through each channel and says whether it arrived.',
    answer: z.object({
      channels: z.array(
        z.object({ name: z.string(), isSent: z.boolean(), reason: z.string().nullable() }),
      ),
    }),
  },
});

export const accessRoutes = defineRoutes({
  login: {
    method: 'post',
    path: '/session',
    role: null,
    tag: 'session',
    summary: 'Begins a session of a page with a token: the answer sets an httpOnly cookie.',
    body: z.strictObject({ token: z.string().min(1).max(512) }),
    answer: session,
  },
  getSession: {
    method: 'get',
    path: '/session',
    role: 'read',
    tag: 'session',
    summary: 'Who asks, and what they may.',
    answer: session,
  },
  logout: {
    method: 'delete',
    path: '/session',
    role: 'read',
    tag: 'session',
    summary: 'Ends the session.',
    answer: null,
  },
  listTokens: {
    method: 'get',
    path: '/tokens',
    role: 'admin',
    tag: 'access',
    summary: 'The tokens there are, without their text.',
    answer: z.object({ items: z.array(token) }),
  },
  createToken: {
    method: 'post',
    path: '/tokens',
    role: 'admin',
    tag: 'access',
    summary: 'Makes a token; its text is in this answer and nowhere else.',
    body: z.strictObject({ name: z.string().trim().min(1).max(64), role }),
    answer: z.object({ token, text: z.string() }),
    status: 201,
  },
  revokeToken: {
    method: 'delete',
    path: '/tokens/{id}',
    role: 'admin',
    tag: 'access',
    summary: 'Ends a token and its sessions.',
    params: z.object({ id: z.string().min(1).max(64) }),
    answer: null,
  },
});

export type AlertView = z.infer<typeof alert>;
export type SystemInfo = z.infer<typeof systemInfo>;
export type AuditEntryView = z.infer<typeof auditEntry>;
export type SessionView = z.infer<typeof session>;
export type TokenView = z.infer<typeof token>;
