import type { Problem } from '../../../../src/client/index.ts';

/** What the server said of each place, by its path inside the form: `levels.0.size`. */
export type ServerFaults = ReadonlyMap<string, string>;

/**
 * The faults of a problem that lie below `prefix`, such as `params`. The way to a place may be written with
 * dots, slashes or brackets.
 */
export function serverFaults(problem: Problem | null, prefix = ''): ServerFaults {
  const start = partsOf(prefix);
  const faults = new Map<string, string>();
  for (const { path, message } of problem?.faults ?? []) {
    const parts = partsOf(path);
    const at = parts[0] === 'body' && start[0] !== 'body' ? parts.slice(1) : parts;
    if (!start.every((part, index) => at[index] === part)) continue;
    const place = at.slice(start.length).join('.');
    const before = faults.get(place);
    faults.set(place, before === undefined ? message : `${before}; ${message}`);
  }
  return faults;
}

function partsOf(path: string): readonly string[] {
  return path.split(/[./[\]"']+/).filter((part) => part !== '');
}
