import type { Decimal } from 'decimal.js';
import { parseDecimal } from './decimals.ts';
import { Refusal, refuse } from './errors.ts';

/** The parameters of a request, read with the refusals that Binance has for them. */
export class Params {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: Iterable<readonly [string, string]>) {
    this.#values = new Map(values);
  }

  has(name: string): boolean {
    return (this.#values.get(name) ?? '') !== '';
  }

  optional(name: string): string | undefined {
    return this.has(name) ? this.#values.get(name) : undefined;
  }

  /** @throws {Refusal} -1102 */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw refuse.missing(name);
    return value;
  }

  /** @throws {Refusal} -1100 */
  integer(name: string): number | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    if (!/^\d{1,16}$/.test(value)) throw refuse.illegal(name, '^[0-9]{1,20}$');
    return Number(value);
  }

  /** How many rows to give: at most `max`. */
  limit(fallback: number, max: number): number {
    const limit = this.integer('limit') ?? fallback;
    return Math.min(Math.max(limit, 1), max);
  }

  /** @throws {Refusal} -1100 */
  decimal(name: string): Decimal | undefined {
    const value = this.optional(name);
    if (value === undefined) return undefined;
    const number = parseDecimal(value);
    if (number === undefined) throw refuse.illegal(name, '^([0-9]{1,20})(\\.[0-9]{1,20})?$');
    return number;
  }

  /** @throws {Refusal} with the code given, where it is another word */
  word<T extends string>(name: string, words: readonly T[], code: number, message: string): T {
    const value = this.required(name);
    const word = words.find((one) => one === value);
    if (word === undefined) throw new Refusal(code, message);
    return word;
  }

  /** The symbols of a request for one, several (a JSON list) or all (undefined). */
  symbols(): readonly string[] | undefined {
    const one = this.optional('symbol');
    if (one !== undefined) return [one];
    const list = this.optional('symbols');
    if (list === undefined) return undefined;
    try {
      return (JSON.parse(list) as unknown[]).map(String);
    } catch {
      throw refuse.illegal(
        'symbols',
        '^\\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\\]$',
      );
    }
  }
}
