// Interleaving: every contender has its turn in every run, each run beginning with another one, so that
// what the machine does meanwhile hits them all alike.
import { median, round } from './report.mjs';

/** What `measure` gave for each contender, by name, one entry a run. A failure ends that contender only. */
export async function interleave(contenders, runs, measure, failures) {
  const results = new Map(contenders.map((contender) => [contender, []]));
  for (let run = 0; run < runs; run += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(run + turn) % contenders.length];
      if (failures.has(contender.name)) continue;
      try {
        results.get(contender).push(await measure(contender, run));
      } catch (thrown) {
        failures.set(contender.name, thrown.message);
      }
    }
  }
  return results;
}

/** Medians of the figures that `names` lists. */
export function mediansOf(entries, names) {
  return Object.fromEntries(
    names.map((name) => [name, median(entries.map((entry) => entry[name]))]),
  );
}

/** Tells people without --json how far it is. */
export function progressOf(json) {
  return json ? () => undefined : (line) => process.stderr.write(`  ${line}\n`);
}

/** Figures with as many digits as mean something; counts stay whole. */
export function rounded(value) {
  if (typeof value === 'number') return Number.isInteger(value) ? value : round(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(rounded);
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, rounded(entry)]));
}
