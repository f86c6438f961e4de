import { InvalidOptionError } from './errors.ts';

export interface HealthCheckConfig {
  /** How often a worker says that it lives, milliseconds. @default 1_000 */
  readonly heartbeatIntervalMs: number;
  /** Silence after which a worker counts as stalled, milliseconds. @default 3_000 */
  readonly heartbeatTimeoutMs: number;
  /** How often silence is looked for, milliseconds. @default 500 */
  readonly checkIntervalMs: number;
}

const DEFAULTS: HealthCheckConfig = {
  heartbeatIntervalMs: 1_000,
  heartbeatTimeoutMs: 3_000,
  checkIntervalMs: 500,
};

/**
 * Completes a health configuration with the defaults.
 *
 * @throws {InvalidOptionError} code `INVALID_OPTION`
 */
export function resolveHealthCheckConfig(
  config: Partial<HealthCheckConfig> = {},
): HealthCheckConfig {
  const resolved = { ...DEFAULTS, ...config };
  for (const name of ['heartbeatIntervalMs', 'heartbeatTimeoutMs', 'checkIntervalMs'] as const) {
    if (!(resolved[name] > 0)) {
      throw new InvalidOptionError(`healthCheck.${name}`, resolved[name], 'milliseconds above 0');
    }
  }
  if (resolved.heartbeatTimeoutMs <= resolved.heartbeatIntervalMs) {
    throw new InvalidOptionError(
      'healthCheck.heartbeatTimeoutMs',
      resolved.heartbeatTimeoutMs,
      `more than heartbeatIntervalMs (${resolved.heartbeatIntervalMs})`,
    );
  }
  return resolved;
}

/**
 * Silence of one worker, counted in checks that found it stale rather than in wall time, so that a
 * supervisor that was itself held up (suspended, starved) does not take its own pause for theirs.
 */
export class Liveness {
  readonly #config: HealthCheckConfig;
  #heardAtMs: number;
  #silentMs = 0;
  #checkedAtMs: number;

  constructor(config: HealthCheckConfig, nowMs: number) {
    this.#config = config;
    this.#heardAtMs = nowMs;
    this.#checkedAtMs = nowMs;
  }

  /** Anything was heard of the worker. Monotonic milliseconds. */
  heard(nowMs: number): void {
    this.#heardAtMs = nowMs;
    this.#silentMs = 0;
  }

  /** How long it has been silent as of the last check, milliseconds, without pauses of whoever checks. */
  get silentMs(): number {
    return this.#silentMs;
  }

  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  /** Looks once, as every `checkIntervalMs`; true if the worker has been silent for too long. */
  check(nowMs: number): boolean {
    const elapsedMs = nowMs - Math.max(this.#checkedAtMs, this.#heardAtMs);
    this.#checkedAtMs = nowMs;
    // At least two checks: between them, what a late supervisor had not read yet is heard.
    const { checkIntervalMs, heartbeatTimeoutMs } = this.#config;
    this.#silentMs += Math.min(elapsedMs, 2 * checkIntervalMs, heartbeatTimeoutMs / 2);
    return this.#silentMs >= this.#config.heartbeatTimeoutMs;
  }

  /** True if silent for too long as of the last check. */
  get stale(): boolean {
    return this.#silentMs >= this.#config.heartbeatTimeoutMs;
  }
}
