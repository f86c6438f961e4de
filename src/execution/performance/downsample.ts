import type { EquitySample } from './equity-sample.ts';

/**
 * At most `maxPoints` of the samples, by which a line looks the same: Largest-Triangle-Three-Buckets. Of each
 * of equally large buckets that sample stays which makes the largest triangle with the one kept before and
 * the mean of the next bucket. The first and the last sample always stay, and so do the lowest and the
 * highest (the first of equals), which the method alone does not promise.
 *
 * Source: S. Steinarsson, "Downsampling Time Series for Visual Representation", master's thesis, University
 * of Iceland, 2013, section 4.2.
 */
export function downsample(
  samples: readonly EquitySample[],
  maxPoints: number,
): readonly EquitySample[] {
  if (samples.length <= Math.max(4, maxPoints)) return samples;
  // Two places are for the lowest and the highest.
  const kept = new Set(largestTriangles(samples, Math.max(2, maxPoints - 2)));
  kept.add(indexOfMost(samples, (sample) => sample.equity));
  kept.add(indexOfMost(samples, (sample) => -sample.equity));
  return [...kept].toSorted((a, b) => a - b).map((index) => samples[index] as EquitySample);
}

function largestTriangles(samples: readonly EquitySample[], points: number): number[] {
  const last = samples.length - 1;
  const kept = [0];
  const size = (samples.length - 2) / (points - 2);
  const startOf = (bucket: number): number => Math.min(last, Math.floor(bucket * size) + 1);
  for (let bucket = 0; bucket < points - 2; bucket += 1) {
    const before = samples[kept.at(-1) as number] as EquitySample;
    const start = startOf(bucket);
    const end = startOf(bucket + 1);
    const after = meanOf(samples.slice(end, Math.max(end + 1, startOf(bucket + 2))));
    const area = ({ timestamp, equity }: EquitySample): number =>
      Math.abs(
        (before.timestamp - after.timestamp) * (equity - before.equity) -
          (before.timestamp - timestamp) * (after.equity - before.equity),
      );
    kept.push(start + indexOfMost(samples.slice(start, end), area));
  }
  return [...kept, last];
}

function meanOf(samples: readonly EquitySample[]): EquitySample {
  let timestamp = 0;
  let equity = 0;
  for (const sample of samples) {
    timestamp += sample.timestamp / samples.length;
    equity += sample.equity / samples.length;
  }
  return { timestamp, equity };
}

function indexOfMost(
  samples: readonly EquitySample[],
  measure: (sample: EquitySample) => number,
): number {
  let found = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const [index, sample] of samples.entries()) {
    const value = measure(sample);
    if (value <= most) continue;
    most = value;
    found = index;
  }
  return found;
}
