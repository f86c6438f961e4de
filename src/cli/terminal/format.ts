/** `1234567.8` as `1,234,568`. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** A price with as many digits as its size calls for. */
export function formatPrice(value: number | null): string {
  if (value === null) return '-';
  const digits = Math.abs(value) >= 1_000 ? 2 : Math.abs(value) >= 1 ? 4 : 8;
  return value.toFixed(digits);
}

/** Bytes as `57 MB`. */
export function formatMegabytes(bytes: number): string {
  return bytes === 0 ? '-' : `${Math.round(bytes / 1_000_000)} MB`;
}

/** Milliseconds as `850 ms`, `3.2 s` or `4 min 10 s`. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;
}

/** A share from 0 to 1 as a bar of `width` characters and a percentage. */
export function formatProgress(fraction: number, width: number): string {
  const share = Math.max(0, Math.min(1, fraction));
  const filled = Math.round(share * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${Math.floor(share * 100)} %`;
}
