import { z } from 'zod';
import { LOG_LEVELS, type LogLevel } from '../../base/logger.ts';
import type { RiskConfig } from '../../execution/risk/risk-limits.ts';
import type { RestartPolicy } from '../../lifecycle/restart-policy.ts';

const port = z.int().min(0).max(65_535);
const text = z.string().min(1).max(4_096);
const amount = z.union([
  z.string().regex(/^\d+(\.\d+)?$/, 'a decimal number'),
  z.number().nonnegative(),
]);

/** Of the HTTP server. */
const server = z.strictObject({
  host: text.default('127.0.0.1'),
  /** 0 is any that is free. */
  port: port.default(7411),
  /** Names that a browser may reach it by, beside 127.0.0.1, localhost and [::1]. */
  allowedHosts: z.array(text).default([]),
  /** PEM files; without them the server speaks HTTP. */
  tls: z.strictObject({ cert: text, key: text }).nullable().default(null),
  /** It may be reached from other machines without TLS, as behind a proxy that has it. */
  allowInsecure: z.boolean().default(false),
  /** Requests in a second: of each token, and of all. */
  requestsPerSecond: z.int().min(1).default(100),
  totalRequestsPerSecond: z.int().min(1).default(500),
  /** Streams open at a time: of each token, and of all. */
  streamsPerToken: z.int().min(1).default(20),
  maxStreams: z.int().min(1).default(100),
});

const market = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('synthetic'),
    seed: z.int().min(0).default(7),
    symbols: z.array(text).min(1).default(['BTC/USDT', 'ETH/USDT', 'SOL/USDT']),
    /** Of the market's own bars. */
    timeframe: text.default('1s'),
    /** Of a year's log return. */
    volatility: z.number().min(0).max(10).default(2),
    /** From one step of the market to the next, milliseconds. */
    stepMs: z.int().min(1).default(100),
  }),
  z.strictObject({
    source: z.literal('exchange'),
    /** As ccxt calls it. */
    exchange: text,
    kind: z.enum(['spot', 'linear']).default('spot'),
    sandbox: z.boolean().default(false),
    /** Address of a simulated exchange in place of the real one. */
    sim: z.url().nullable().default(null),
  }),
]);

const paper = z.strictObject({
  cash: amount.default('100000'),
  currency: text.default('USDT'),
  /** Share of each fill; null is the exchange's own, or 0.001. */
  fee: amount.nullable().default(null),
  slippage: amount.default('0'),
  latencyMs: z.int().min(0).default(0),
  maxVolumeShare: amount.nullable().default(null),
});

const trading = z.strictObject({
  venue: z.enum(['paper', 'exchange', 'none']).default('paper'),
  /** Orders may spend real money. */
  live: z.boolean().default(false),
  /** Name of the keys; null is that of the exchange. */
  keys: text.nullable().default(null),
  whenDown: z.enum(['hold', 'cancel', 'flatten']).default('hold'),
  paper: paper.prefault({}),
});

const limits = z
  .strictObject({
    maxOrderQuantity: amount,
    maxOrderNotional: amount,
    maxPositionQuantity: amount,
    maxPositionNotional: amount,
    maxOpenOrders: z.int().min(0),
    maxOrdersPerSecond: z.int().min(0),
    maxDailyLoss: amount,
    priceCollar: amount,
  })
  .partial();

const risk = z
  .strictObject({
    strategy: limits,
    strategies: z.record(z.string(), limits),
    account: limits,
    all: limits,
  })
  .partial();

/** A worker that is made at the start if the home does not know it. */
const configuredWorker = z.strictObject({
  id: text,
  /** Name in the strategies folder. */
  strategy: text,
  symbols: z.array(text).min(1).optional(),
  dataTypes: z.array(text).min(1).optional(),
  timeframe: text.optional(),
  params: z.record(z.string(), z.json()).optional(),
  warmup: z.int().min(0).optional(),
  whenDown: z.enum(['hold', 'cancel', 'flatten']).optional(),
  maxHeapMb: z.int().min(16).optional(),
  maxMemoryMb: z.int().min(0).optional(),
  /** Whether it is started. */
  start: z.boolean().default(true),
});

const workers = z.strictObject({
  max: z.int().min(1).max(10_000).default(50),
  /** Processes that are kept ready. */
  idle: z.int().min(0).max(100).default(2),
  /** They outlive a main process that is killed, and are taken over by the next. */
  survive: z.boolean().default(true),
  restart: z
    .strictObject({
      mode: z.enum(['permanent', 'transient', 'temporary']),
      maxRestarts: z.int().min(0),
      windowMs: z.number().min(1),
      initialDelayMs: z.number().min(0),
      maxDelayMs: z.number().min(0),
      factor: z.number().min(1),
      jitter: z.number().min(0).max(1),
    })
    .partial()
    .prefault({}),
  run: z.array(configuredWorker).default([]),
});

const strategies = z.strictObject({
  /** Folder of strategy files, relative to the configuration; null is `strategies` in the home. */
  folder: text.nullable().default(null),
  /** Versions kept of each. */
  keepVersions: z.int().min(1).max(1_000).default(20),
});

const alerts = z.strictObject({
  /** Less severe ones are kept and shown, and not sent. */
  minSeverity: z.enum(['info', 'warning', 'critical']).default('warning'),
  /** Alerts like one that was sent are counted for so long, seconds. */
  repeatAfterS: z.int().min(1).default(300),
  webhook: z.strictObject({ url: z.url(), secret: text.nullable().default(null) }).optional(),
  telegram: z
    .strictObject({ botToken: text, chatId: text, baseUrl: z.url().optional() })
    .optional(),
  email: z
    .strictObject({
      host: text,
      port: port.default(587),
      user: text.nullable().default(null),
      password: text.nullable().default(null),
      from: text,
      to: z.array(text).min(1),
      /** TLS from the first byte, as on port 465; otherwise STARTTLS. */
      implicitTls: z.boolean().default(false),
    })
    .optional(),
});

/** The configuration of `quantcell serve`, with the defaults of everything that is left out. */
export const configSchema = z.strictObject({
  server: server.prefault({}),
  market: market.prefault({ source: 'synthetic' }),
  trading: trading.prefault({}),
  risk: risk.prefault({}),
  workers: workers.prefault({}),
  strategies: strategies.prefault({}),
  alerts: alerts.prefault({}),
  log: z
    .strictObject({ level: z.enum(LOG_LEVELS as [LogLevel, ...LogLevel[]]).default('info') })
    .prefault({}),
});

type Checked = z.output<typeof configSchema>;
type CheckedWorkers = Checked['workers'];

/** What is left out is absent, and never undefined: YAML has no such value. */
export type ServiceConfig = Omit<Checked, 'risk' | 'workers'> & {
  readonly risk: RiskConfig;
  readonly workers: Omit<CheckedWorkers, 'restart'> & { readonly restart: Partial<RestartPolicy> };
};
export type ServiceConfigInput = z.input<typeof configSchema>;
export type ConfiguredWorker = ServiceConfig['workers']['run'][number];

/** The configuration with everything that `given` leaves out. @throws {z.ZodError} */
export function completeConfig(given: unknown): ServiceConfig {
  return configSchema.parse(given) as ServiceConfig;
}
