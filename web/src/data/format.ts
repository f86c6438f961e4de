/** Stands where there is no figure. */
export const NONE = '\u2013';
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `14,203`, or `14.2` below a hundred where there is a fraction. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const places = Math.abs(value) < 100 && !Number.isInteger(value) ? 1 : 0;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  });
}

/** How often in a second: with a tenth below ten. */
export function rateText(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : numberText(Math.round(perSecond));
}

/** In units of 1024. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${numberText(unit === 0 || value >= 100 ? Math.round(value) : value)} ${UNITS[unit]}`;
}

/** Of one processor: 0.25 is `25%`. */
export function shareText(share: number): string {
  return `${numberText(Math.round(share * 1_000) / 10)}%`;
}

/** Milliseconds: `0.8 ms`, `340 ms`, `2.5 s`. */
export function millisText(ms: number): string {
  if (ms < 1_000) return `${numberText(ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms))} ms`;
  return `${numberText(Math.round(ms / 100) / 10)} s`;
}

/** How long, coarsely: `12s`, `3m 05s`, `4h 12m`, `6d 03h`. */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`;
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3_600)}h ${pad(Math.floor((seconds % 3_600) / 60))}m`;
  }
  return `${Math.floor(seconds / 86_400)}d ${pad(Math.floor((seconds % 86_400) / 3_600))}h`;
}

/** Local time of day: `09:03:07`. */
export function clockText(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** Local date and time: `2026-11-27 09:03:07`; only the time if it is today. */
export function timeText(at: number | null, now: number = Date.now()): string {
  if (at === null) return NONE;
  const date = new Date(at);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? clockText(at) : `${dateText(date)} ${clockText(at)}`;
}

function dateText(date: Date): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}
