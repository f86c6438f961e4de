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

/** A time on this machine's clock, as `2026-01-31T09:05:00.123+01:00`. */
export function formatLocalTime(ms: number): string {
  const offsetMinutes = -new Date(ms).getTimezoneOffset();
  const local = new Date(ms + offsetMinutes * 60_000).toISOString().slice(0, -1);
  const sign = offsetMinutes < 0 ? '-' : '+';
  const hours = Math.floor(Math.abs(offsetMinutes) / 60);
  return `${local}${sign}${twoDigits(hours)}:${twoDigits(Math.abs(offsetMinutes) % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
