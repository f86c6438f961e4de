/** Letters that may be wrong in a name of so many. */
const LETTERS_PER_TYPO = 3;

/** The names that may have been meant by `name`, nearest first, at most `most`. Case and separators do not count. */
export function nearestNames(name: string, names: readonly string[], most: number): string[] {
  const plain = plainly(name);
  const typos = Math.max(1, Math.floor(plain.length / LETTERS_PER_TYPO));
  return names
    .map((other) => ({ other, far: distance(plain, plainly(other)) }))
    .filter(({ far }) => far <= typos)
    .toSorted((one, two) => one.far - two.far)
    .slice(0, most)
    .map(({ other }) => other);
}

/** No name is looked at beyond this. */
const MAX_CHARS = 64;

function plainly(name: string): string {
  return name
    .slice(0, MAX_CHARS)
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** How many letters have to be changed, put in or taken out (Levenshtein). */
function distance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (let i = 0; i < one.length; i += 1) {
    const next = [i + 1];
    for (let j = 1; j <= two.length; j += 1) {
      const changed = (row[j - 1] as number) + (two[j - 1] === one[i] ? 0 : 1);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[two.length] as number;
}
