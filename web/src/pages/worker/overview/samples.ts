import type { WorkerSample } from '../../../../../src/client/index.ts';

/** Seconds that a sparkline shows. */
export const SAMPLES_SHOWN = 120;

/** The samples with one more; each moment counts once, the oldest are forgotten. */
export function withSample(
  samples: readonly WorkerSample[],
  sample: WorkerSample | undefined,
): readonly WorkerSample[] {
  const last = samples.at(-1);
  if (sample === undefined || (last !== undefined && sample.at <= last.at)) return samples;
  return [...samples, sample].slice(-SAMPLES_SHOWN);
}
