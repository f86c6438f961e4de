/** Where a setting is: names of mappings, and numbers of entries in lists. */
export type SettingPath = readonly (string | number)[];

const PLAIN_NAME = /^[A-Za-z0-9_-]+$/;

/** As a person writes it: `workers.run[0].symbols`. */
export function formatPath(path: SettingPath): string {
  const text = path
    .map((part) => {
      if (typeof part === 'number') return `[${part}]`;
      return PLAIN_NAME.test(part) ? `.${part}` : `.${JSON.stringify(part)}`;
    })
    .join('');
  return text.startsWith('.') ? text.slice(1) : text;
}

/** What a tree of plain data has at a path; undefined if it has nothing there. */
export function valueAt(tree: unknown, path: SettingPath): unknown {
  let value = tree;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part))
      return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
