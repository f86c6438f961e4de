export const EXTENSIONS = ['ts', 'mts', 'js', 'mjs'] as const;
export type Extension = (typeof EXTENSIONS)[number];

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
/** Names that files of strategies have inside a folder of their own. */
const COMMON = ['strategy', 'index'];

/** Whether the server takes it as the name of a strategy. */
export function isStrategyName(name: string): boolean {
  return NAME.test(name);
}

/** Name and extension of a strategy, as those of its file suggest; null for what they don't tell. */
export function nameOfFile(file: string): {
  readonly name: string | null;
  readonly extension: Extension | null;
} {
  const at = file.lastIndexOf('.');
  const ending = at === -1 ? '' : file.slice(at + 1);
  const stem = (at === -1 ? file : file.slice(0, at))
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, '-')
    .replaceAll(/^[-_]+|-+$/g, '')
    .slice(0, 64);
  return {
    name: stem === '' || COMMON.includes(stem) ? null : stem,
    extension: EXTENSIONS.find((extension) => extension === ending) ?? null,
  };
}
