const MAX_DEPTH = 8;
const MAX_ENTRIES = 50;
const MAX_STRING_CHARS = 500;
const MAX_CHARS = 4_096;

const HIDDEN = '[secret]';

/** Names of fields whose values nobody may read later. */
const SECRET_NAME =
  /pass(?:word|phrase|wd)|secret|token|credential|authorization|cookie|csrf|mnemonic|signature|(?:api|private|access|signing|encryption)[-_]?key/i;

/** Secrets that give themselves away: tokens of ours, headers, keys in PEM. */
const SECRET_TEXT =
  /qc_[\w-]{40,}|\b(?:Bearer|Basic)\s+[\w.~+/=-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*/g;

/**
 * Plain data without secrets and of a bounded size, for what is kept or shown: fields with the name of a secret
 * are hidden, long texts and lists are cut, and of what is deep or strange only the kind is said.
 */
export function redactDetail(value: unknown): unknown {
  return redacted(value, 0);
}

/** The same as JSON of at most 4,096 characters. */
export function redactedJson(value: unknown): string {
  const text = JSON.stringify(redactDetail(value)) ?? 'null';
  if (text.length <= MAX_CHARS) return text;
  return JSON.stringify({ cut: true, chars: text.length, begins: text.slice(0, MAX_CHARS / 4) });
}

function redacted(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return cut(value.replace(SECRET_TEXT, HIDDEN));
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      if (value === null) return null;
      if (depth >= MAX_DEPTH) return '[deep]';
      return Array.isArray(value) ? listOf(value, depth) : fieldsOf(value, depth);
    case 'undefined':
      return null;
    default:
      return `[${typeof value}]`;
  }
}

function listOf(values: readonly unknown[], depth: number): unknown[] {
  const kept = values.slice(0, MAX_ENTRIES).map((value) => redacted(value, depth + 1));
  const left = values.length - kept.length;
  return left === 0 ? kept : [...kept, `[${left} more]`];
}

function fieldsOf(value: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(value);
  const kept = entries
    .slice(0, MAX_ENTRIES)
    .map(([name, inner]): [string, unknown] => [
      cut(name),
      SECRET_NAME.test(name) && inner !== null && typeof inner !== 'boolean'
        ? HIDDEN
        : redacted(inner, depth + 1),
    ]);
  const left = entries.length - kept.length;
  // Also a field called __proto__ becomes one of its own.
  return Object.fromEntries(left === 0 ? kept : [...kept, ['more', left]]);
}

function cut(text: string): string {
  return text.length <= MAX_STRING_CHARS
    ? text
    : `${text.slice(0, MAX_STRING_CHARS)}… (${text.length} characters)`;
}
