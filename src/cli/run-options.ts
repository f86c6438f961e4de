import { quote } from '../base/errors.ts';
import type { JobOptions } from '../system/job.ts';
import type { JobSource } from '../system/job-feed.ts';
import { UsageError } from './errors.ts';
import { readPaperOptions, type PaperFlags } from './paper-options.ts';

/** Options of `quantcell run` as the command line gives them. */
export interface RunFlags extends PaperFlags {
  readonly symbols?: string;
  readonly data?: readonly string[];
  readonly feed?: string;
  readonly seed?: string;
  readonly duration?: string;
  readonly timeframe?: string;
  readonly speed?: string;
  readonly params?: string;
  readonly home?: string;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** @throws {UsageError} code `INVALID_ARGUMENT` */
export function readRunOptions(strategies: readonly string[], flags: RunFlags): JobOptions {
  const { timeframe, params, home } = flags;
  const symbols = flags.symbols === undefined ? undefined : readSymbols(flags.symbols);
  const paper = readPaperOptions(flags);
  return {
    strategies,
    source: readSource(flags),
    ...(symbols !== undefined && { symbols }),
    ...(timeframe !== undefined && { timeframe }),
    ...(params !== undefined && { params: readParams(params) }),
    ...(paper !== undefined && { paper }),
    ...(home !== undefined && { home }),
  };
}

export function readSymbols(text: string): readonly string[] {
  const symbols = text.split(',').map((symbol) => symbol.trim());
  if (!symbols.includes('')) return symbols;
  throw new UsageError(
    `--symbols ${quote(text)} has an empty name: expected such as BTC/USDT or BTC/USDT,ETH/USDT`,
  );
}

function readSource(flags: RunFlags): JobSource {
  const { data, feed = data === undefined ? undefined : 'replay' } = flags;
  const speed = readSpeed(flags.speed ?? 'max');
  if (feed === 'replay') {
    if (data === undefined) throw new UsageError('--feed replay needs --data FILE');
    for (const name of ['seed', 'duration'] as const) {
      if (flags[name] !== undefined) {
        throw new UsageError(`--${name} goes with --feed synthetic, not with --data`);
      }
    }
    return { kind: 'files', paths: data, speed };
  }
  if (feed === 'synthetic') {
    if (data !== undefined)
      throw new UsageError('--data goes with --feed replay, not with --feed synthetic');
    const durationMs = readDuration(flags.duration ?? '1d');
    return { kind: 'synthetic', seed: readSeed(flags.seed ?? '1'), speed, durationMs };
  }
  if (feed === undefined) {
    throw new UsageError('what shall the strategies see? add --data FILE, or --feed synthetic');
  }
  throw new UsageError(`--feed ${quote(feed)} is not known: expected replay or synthetic`);
}

function readSpeed(text: string): 'max' | 'realtime' | number {
  if (text === 'max' || text === 'realtime') return text;
  const factor = Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1] ?? Number.NaN);
  if (factor > 0) return factor;
  throw new UsageError(
    `--speed ${quote(text)} is not a speed: expected max, realtime, or a factor such as 60x`,
  );
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= 0xffff_ffff) return seed;
  throw new UsageError(
    `--seed ${quote(text)} is not a seed: expected a whole number from 0 to 4294967295`,
  );
}

function readDuration(text: string): number {
  const match = /^(\d+)([smhd])$/.exec(text);
  const durationMs = Number(match?.[1]) * (DURATION_UNITS[match?.[2] ?? ''] ?? Number.NaN);
  if (durationMs > 0) return durationMs;
  throw new UsageError(
    `--duration ${quote(text)} is not a span of time: expected such as 90m, 12h or 30d`,
  );
}

export function readParams(text: string): unknown {
  let params: unknown;
  try {
    params = JSON.parse(text);
  } catch (thrown) {
    throw new UsageError(
      `--params ${quote(text)} is not JSON (${String(thrown)}): expected such as '{"n1":10}'`,
    );
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw new UsageError(
      `--params ${quote(text)} is not a JSON object: expected such as '{"n1":10}'`,
    );
  }
  return params;
}
