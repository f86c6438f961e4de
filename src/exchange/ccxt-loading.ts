import { readdirSync } from 'node:fs';
import { messageOf, quote } from '../base/errors.ts';
import type { CcxtClient, Json } from './ccxt-types.ts';
import { ExchangeError } from './errors.ts';

export type CcxtClass = new (options: Json) => CcxtClient;

const MAX_NAMES = 5;
const MAX_COMPARED_CHARS = 40;

/**
 * Looks whether ccxt has an exchange of that name; loads nothing of it.
 *
 * @throws {ExchangeError} code `UNKNOWN_EXCHANGE`
 */
export function requireExchangeId(id: string): void {
  const ids = exchangeIds(import.meta.resolve('ccxt'));
  if (!ids.includes(id)) throw unknown(id, ids);
}

/** The class of one exchange alone, with its streams where it has some: all of ccxt would take a second to load. */
export async function loadCcxtClass(id: string): Promise<CcxtClass> {
  const entry = import.meta.resolve('ccxt');
  requireExchangeId(id);
  const withStreams = exchangeIds(new URL('./src/pro/', entry).href, './').includes(id);
  const url = new URL(withStreams ? `./src/pro/${id}.js` : `./src/${id}.js`, entry);
  try {
    return ((await import(url.href)) as { default: CcxtClass }).default;
  } catch (thrown) {
    throw new ExchangeError(
      'EXCHANGE_UNUSABLE',
      `ccxt's ${quote(id)} can't be loaded: ${messageOf(thrown)}`,
      { exchange: id },
      thrown,
    );
  }
}

/** The name of a file is what ccxt calls an exchange. */
function exchangeIds(base: string, directory = './src/'): string[] {
  return readdirSync(new URL(directory, base))
    .filter((name) => name.endsWith('.js'))
    .map((name) => name.slice(0, -'.js'.length));
}

function unknown(id: string, ids: readonly string[]): ExchangeError {
  const near = nearest(id.toLowerCase(), ids);
  const hint =
    near.length === 0 ? 'its documentation lists them' : `near ones are ${near.join(', ')}`;
  return new ExchangeError(
    'UNKNOWN_EXCHANGE',
    `${quote(id)} is no exchange that ccxt knows: ${hint}`,
    { exchange: quote(id), near },
  );
}

function nearest(id: string, ids: readonly string[]): string[] {
  return ids
    .map((other) => ({ other, far: distance(id, other) - (related(id, other) ? 100 : 0) }))
    .filter(({ far }) => far <= 2)
    .toSorted((one, two) => one.far - two.far)
    .slice(0, MAX_NAMES)
    .map(({ other }) => other);
}

function related(id: string, other: string): boolean {
  return id.length >= 3 && (other.startsWith(id) || id.startsWith(other));
}

/** How many letters have to be changed, put in or taken out (Levenshtein). */
function distance(one: string, two: string): number {
  let row = Array.from({ length: two.length + 1 }, (_, index) => index);
  for (let i = 0; i < Math.min(one.length, MAX_COMPARED_CHARS); i += 1) {
    const next = [i + 1];
    for (let j = 1; j <= two.length; j += 1) {
      const changed = (row[j - 1] as number) + (two[j - 1] === one[i] ? 0 : 1);
      next.push(Math.min(changed, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[two.length] as number;
}
