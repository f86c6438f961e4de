/** Addresses of this server look the same as paths. */
const OWN = String.raw`(?!api\/|metrics\b)`;
const QUOTED = new RegExp(String.raw`(["'])(?:file:\/\/)?\/${OWN}(?:[^"'\n]*\/)([^"'/\n]*)\1`, 'g');
const BARE = new RegExp(
  String.raw`(?<![\w.~:/@-])(?:file:\/\/)?\/${OWN}(?:[^\s/"'\`:;,()<>|]+\/)+([^\s/"'\`:;,()<>|]*)`,
  'g',
);
const DRIVE = /\b[A-Za-z]:\\(?:[^\s\\"']+\\)*([^\s\\"']*)/g;

/** A text in which of each path of this machine only the last part is left: where things lie is nobody's business. */
export function withoutPaths(text: string): string {
  return text.replace(QUOTED, '$1…/$2$1').replace(BARE, '…/$1').replace(DRIVE, '…/$1');
}

/** The same for all texts in plain data. */
export function withoutPathsIn(value: unknown): unknown {
  if (typeof value === 'string') return withoutPaths(value);
  if (Array.isArray(value)) return value.map(withoutPathsIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, withoutPathsIn(inner)]),
  );
}
