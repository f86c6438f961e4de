// Latencies of many processes, put together: each sends counts of buckets one per cent wide.
const LOG_WIDTH = Math.log(1.01);
const SMALLEST_MS = 1e-4;

/** Bucket numbers and how many samples are in each, as two lists. */
export function histogramOf(samples) {
  const counts = new Map();
  for (const sample of samples) {
    const bucket = Math.max(0, Math.round(Math.log(sample / SMALLEST_MS) / LOG_WIDTH));
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  const buckets = [...counts.keys()].sort((one, other) => one - other);
  return { buckets, counts: buckets.map((bucket) => counts.get(bucket)) };
}

export function mergeHistograms(histograms) {
  const merged = new Map();
  for (const { buckets, counts } of histograms) {
    buckets.forEach((bucket, index) =>
      merged.set(bucket, (merged.get(bucket) ?? 0) + counts[index]),
    );
  }
  const buckets = [...merged.keys()].sort((one, other) => one - other);
  return { buckets, counts: buckets.map((bucket) => merged.get(bucket)) };
}

/** Microseconds below which `share` of the samples are; NaN without samples. */
export function percentileUs({ buckets, counts }, share) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let left = Math.floor(share * total);
  for (const [index, bucket] of buckets.entries()) {
    left -= counts[index];
    if (left < 0) return SMALLEST_MS * Math.exp(bucket * LOG_WIDTH) * 1_000;
  }
  return Number.NaN;
}
