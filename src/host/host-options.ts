import { existsSync } from 'node:fs';
import { silentLogger, type Logger } from '../base/logger.ts';
import { isSecretVariable } from '../base/secret-variables.ts';
import { resolveHealthCheckConfig, type HealthCheckConfig } from '../lifecycle/health.ts';
import { InvalidOptionError } from '../lifecycle/errors.ts';
import type { MarketTopic } from '../model/subscription.ts';
import { resolveLogFileConfig, type LogFileConfig } from './log/log-file-config.ts';
import { DEFAULT_HEAP_MB, heapMbOf } from './memory-limits.ts';
import type { MarketTransportChoice } from './market-transport-choice.ts';

/** How long each step of a worker's life may take. */
export interface Deadlines {
  /** From starting a process until it says hello, milliseconds. @default 10_000 */
  readonly connectMs: number;
  /** For `onInit`, and again for `onStart`, milliseconds. @default 10_000 */
  readonly readyMs: number;
  /** For the answer to a command, milliseconds. @default 5_000 */
  readonly commandMs: number;
  /** For `onStop` before SIGTERM, milliseconds. @default 5_000 */
  readonly stopMs: number;
  /** From SIGTERM to SIGKILL, milliseconds. @default 2_000 */
  readonly termMs: number;
  /** For a worker that outlived its host to come to the next one, milliseconds. @default 5_000 */
  readonly adoptMs: number;
}

/** What everything on the host's side of the workers has in common. */
export interface HostOptions {
  /**
   * A directory that this manager has for itself (mode 0700). Workers, their states and their logs are kept
   * in it: the next manager that is started on it brings them back.
   *
   * @default a temporary one, removed at the end
   */
  readonly home?: string;
  /**
   * The home's database keeps the workers, their states and how they ended over managers. Without it, they
   * end with this one.
   *
   * @default true where there is a home
   */
  readonly keepWorkers?: boolean;
  /**
   * Sockets as files in the private directory, or on loopback ports (0 is any free port).
   *
   * @default { kind: 'ipc' }
   */
  readonly sockets?:
    | { readonly kind: 'ipc' }
    | {
        readonly kind: 'tcp';
        readonly host: string;
        readonly ports: readonly [market: number, control: number, status: number];
      };
  /**
   * How market data gets to the workers: `auto` is shared memory where this machine has it (Linux on
   * x64), else ZeroMQ.
   *
   * @default 'auto'
   */
  readonly marketTransport?: MarketTransportChoice;
  /** Size of the ring in shared memory, bytes, a power of two. @default 33_554_432 */
  readonly ringBytes?: number;
  /**
   * Workers outlive a host that is killed: they keep their memory, wait `orphanGraceMs` for the next host on
   * the same home, and are taken over by it as they are. Needs a home, `ipc` sockets and Linux.
   *
   * @default false: they end with it
   */
  readonly survive?: boolean;
  /** How long a worker waits for the next host; then it runs `onStop` and ends, milliseconds. @default 30_000 */
  readonly orphanGraceMs?: number;
  readonly deadlines?: Partial<Deadlines>;
  readonly healthCheck?: Partial<HealthCheckConfig>;
  /** Added to a worker's environment, which has only PATH, HOME, LANG, LC_ALL, TZ and TMPDIR otherwise. @default {} */
  readonly workerEnv?: Readonly<Record<string, string>>;
  /** Options of Node for each worker, such as `--stack-trace-limit=50`. @default [] */
  readonly workerExecArgv?: readonly string[];
  /** How much of each worker's log is kept in `home`; without a home there are no log files. */
  readonly logFile?: Partial<LogFileConfig>;
  /** Events of each topic that are kept for late joiners and refills. @default 1_000 */
  readonly historyLimit?: number;
  /**
   * Brings what lies before the events of topics, for a worker that begins with a warm-up of so many bars; it is
   * waited for, and must not reject. See `DataBroker.addHistory`.
   *
   * @default there is nothing
   */
  readonly warmUp?: WarmUp;
  /** @default silent */
  readonly logger?: Logger;
}

export type WarmUp = (topics: readonly MarketTopic[], bars: number) => Promise<void>;

export interface ResolvedHostOptions {
  readonly home: string | undefined;
  readonly keepWorkers: boolean;
  readonly sockets: NonNullable<HostOptions['sockets']>;
  readonly marketTransport: MarketTransportChoice;
  readonly ringBytes: number;
  readonly survive: boolean;
  readonly orphanGraceMs: number;
  readonly deadlines: Deadlines;
  readonly healthCheck: HealthCheckConfig;
  readonly workerEnv: Readonly<Record<string, string>>;
  readonly workerExecArgv: readonly string[];
  /** The heap of a worker process that is started for no worker in particular, MB. */
  readonly workerHeapMb: number;
  readonly logFile: LogFileConfig;
  readonly historyLimit: number;
  readonly warmUp: WarmUp | undefined;
  readonly logger: Logger;
}

const DEADLINES: Deadlines = {
  connectMs: 10_000,
  readyMs: 10_000,
  commandMs: 5_000,
  stopMs: 5_000,
  termMs: 2_000,
  adoptMs: 5_000,
};

/** @throws {InvalidOptionError} code `INVALID_OPTION` */
export function resolveHostOptions(options: HostOptions): ResolvedHostOptions {
  const deadlines = { ...DEADLINES, ...options.deadlines };
  for (const [name, value] of Object.entries(deadlines)) {
    if (!(value > 0))
      throw new InvalidOptionError(`deadlines.${name}`, value, 'milliseconds above 0');
  }
  const marketTransport = options.marketTransport ?? 'auto';
  if (!['auto', 'shared-memory', 'zeromq'].includes(marketTransport)) {
    throw new InvalidOptionError(
      'marketTransport',
      marketTransport,
      'auto, shared-memory or zeromq',
    );
  }
  // Half of what a container has of shared memory by default.
  const ringBytes = options.ringBytes ?? 33_554_432;
  if (!Number.isInteger(Math.log2(ringBytes)) || ringBytes < 4_096 || ringBytes > 1_073_741_824) {
    throw new InvalidOptionError('ringBytes', ringBytes, 'a power of two from 4096 to 1073741824');
  }
  const survive = options.survive ?? false;
  const canSurvive =
    options.home !== undefined && options.keepWorkers !== false && options.sockets?.kind !== 'tcp';
  if (survive && !canSurvive) {
    throw new InvalidOptionError(
      'survive',
      survive,
      'false without a home directory that keeps its workers, or with tcp sockets: the next host finds the workers by their home',
    );
  }
  if (survive && !existsSync('/proc/self/stat')) {
    throw new InvalidOptionError(
      'survive',
      survive,
      'false on this system: without /proc a later host can not tell a worker from another process',
    );
  }
  const orphanGraceMs = options.orphanGraceMs ?? 30_000;
  if (!(orphanGraceMs > 0 && orphanGraceMs <= 3_600_000)) {
    throw new InvalidOptionError('orphanGraceMs', orphanGraceMs, 'milliseconds, up to 3600000');
  }
  const execArgv = options.workerExecArgv ?? [];
  checkExecArgv(execArgv);
  const secret = Object.keys(options.workerEnv ?? {}).find(isSecretVariable);
  if (secret !== undefined) {
    throw new InvalidOptionError('workerEnv', secret, 'no keys: they stay in the main process');
  }
  const historyLimit = options.historyLimit ?? 1_000;
  if (!Number.isSafeInteger(historyLimit) || historyLimit < 1) {
    throw new InvalidOptionError('historyLimit', historyLimit, 'a whole number from 1');
  }
  return {
    home: options.home,
    keepWorkers: options.keepWorkers ?? true,
    sockets: options.sockets ?? { kind: 'ipc' },
    marketTransport,
    ringBytes,
    survive,
    orphanGraceMs,
    deadlines,
    healthCheck: resolveHealthCheckConfig(options.healthCheck),
    workerEnv: options.workerEnv ?? {},
    workerExecArgv: execArgv,
    workerHeapMb: heapMbOf(execArgv) ?? DEFAULT_HEAP_MB,
    logFile: resolveLogFileConfig(options.logFile),
    historyLimit,
    warmUp: options.warmUp,
    logger: options.logger ?? silentLogger,
  };
}

function checkExecArgv(execArgv: readonly string[]): void {
  const inspecting = execArgv.find((argument) => argument.startsWith('--inspect'));
  if (inspecting === undefined) return;
  throw new InvalidOptionError(
    'workerExecArgv',
    inspecting,
    'no inspector: it gives control to anyone on this machine',
  );
}

/**
 * Options of a host that keeps no account of its workers.
 *
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function withoutManager(options: HostOptions = {}): HostOptions {
  if (options.survive === true) {
    throw new InvalidOptionError(
      'survive',
      true,
      'false without a WorkerManager: nobody would take the workers over',
    );
  }
  return { ...options, keepWorkers: false };
}
