import { quote } from '../base/errors.ts';
import type { PaperTradingOptions } from '../system/trading/paper-trading.ts';
import { UsageError } from './errors.ts';

/** Options of paper trading as the command line gives them. */
export interface PaperFlags {
  readonly venue?: string;
  readonly cash?: string;
  readonly fee?: string;
  readonly slippage?: string;
  readonly latency?: string;
  readonly maxVolumeShare?: string;
  readonly equity?: string;
  readonly plot?: string;
}

const NEED_A_VENUE = [
  ['cash', '--cash'],
  ['fee', '--fee'],
  ['slippage', '--slippage'],
  ['latency', '--latency'],
  ['maxVolumeShare', '--max-volume-share'],
  ['equity', '--equity'],
  ['plot', '--plot'],
] as const;

/** Undefined if no orders are executed. @throws {UsageError} code `INVALID_ARGUMENT` */
export function readPaperOptions(flags: PaperFlags): PaperTradingOptions | undefined {
  const { venue = 'paper', cash, fee, slippage, latency, maxVolumeShare, equity, plot } = flags;
  if (venue === 'none') {
    const [, name] = NEED_A_VENUE.find(([key]) => flags[key] !== undefined) ?? [];
    if (name === undefined) return undefined;
    throw new UsageError(`${name} goes with --venue paper, not with --venue none`);
  }
  if (venue !== 'paper') {
    throw new UsageError(
      `--venue ${quote(venue)} is not known: expected paper or none; recorded data can only be traded on paper`,
    );
  }
  const feeShare = fee === undefined ? undefined : readShare('--fee', fee, -1);
  return {
    ...(cash !== undefined && { cash: readAmount('--cash', cash) }),
    ...(feeShare !== undefined && { makerFee: feeShare, takerFee: feeShare }),
    ...(slippage !== undefined && { slippage: readShare('--slippage', slippage, 0) }),
    ...(latency !== undefined && { latencyMs: Number(readAmount('--latency', latency)) }),
    ...(maxVolumeShare !== undefined && {
      maxVolumeShare: readShare('--max-volume-share', maxVolumeShare, 0),
    }),
    ...(equity !== undefined && { equityFile: equity }),
    ...(plot !== undefined && { plotFile: plot }),
  };
}

function readAmount(name: string, text: string): string {
  if (/^\d+(\.\d+)?$/.test(text)) return text;
  throw new UsageError(`${name} ${quote(text)} is not an amount: expected such as 10000`);
}

function readShare(name: string, text: string, least: number): string {
  const value = Number(text);
  if (/^-?\d+(\.\d+)?$/.test(text) && value >= least && value <= 1) return text;
  const percent = /^(-?\d+(?:\.\d+)?)\s*%$/.exec(text)?.[1];
  const hint = percent === undefined ? '' : `; ${text} is ${Number(percent) / 100}`;
  throw new UsageError(
    `${name} ${quote(text)} is not a share: expected a number from ${least} to 1, such as 0.001 for 0.1 %${hint}`,
  );
}
