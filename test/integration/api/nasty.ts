/** What somebody who means harm sends in place of a name, a number or a list. */
const NASTY_TEXTS: readonly string[] = [
  '..',
  '../',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '%2e%2e',
  '%2e%2e%2fetc%2fpasswd',
  '%252e%252e%252f',
  '..%c0%af..%c0%afetc',
  '%c0%ae%c0%ae',
  '%ff%fe',
  '%',
  '%zz',
  '%00',
  'a%00.ts',
  '///etc/passwd',
  '/etc/passwd',
  'C:\\boot.ini',
  'file:///etc/passwd',
  '\u2025\u2025/etc',
  '\uFF0E\uFF0E\uFF0Fetc',
  'a\u0000b',
  'a\nb',
  'a\r\nX-Evil: 1',
  '\u202Etxt.exe',
  '\uD800',
  '.',
  '.ts',
  '-rf',
  '~root',
  '$(id)',
  '`id`',
  "' OR 1=1 --",
  '; DROP TABLE workers',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '__proto__',
  'constructor',
  'toString',
  'NaN',
  '1e309',
  '-1',
  '99999999999999999999999',
  '0x10',
  'a'.repeat(65),
  'a'.repeat(5_000),
  '',
  ' ',
  'CON',
  'x.ts/../y',
  'nobody',
];

const NASTY_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1.5,
  1e21,
  Number.MAX_SAFE_INTEGER + 2,
  [],
  {},
  [[[[[]]]]],
  { length: -1 },
  { toString: 1 },
  { valueOf: null },
  Array.from({ length: 1_500 }, () => '..'),
];

/** JSON as text that is none, or that should not be taken. */
const NASTY_BODIES: readonly string[] = [
  '',
  ' ',
  '{',
  '{"a":',
  '[1,2',
  '"',
  '\u0000',
  'undefined',
  'NaN',
  '{"a":1e999}',
  '{"__proto__":{"role":"admin"}}',
  '{"constructor":{"prototype":{"role":"admin"}}}',
  '{"a":{"__proto__":[]}}',
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
  '\uFEFF{}',
  '{"id":"\\ud800"}',
  '{}{}',
  '{"a":1,}',
  '<xml/>',
  'a=1&b=2',
];

/** Numbers that are the same in each run (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  oneOf<T>(choice: readonly T[]): T {
    return choice[this.below(choice.length)] as T;
  }

  /** True in `percent` of the cases. */
  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  text(): string {
    const text = this.oneOf(NASTY_TEXTS);
    return this.chance(20) ? `${text}${this.oneOf(NASTY_TEXTS)}` : text;
  }

  value(): unknown {
    return this.chance(50) ? this.text() : this.oneOf(NASTY_VALUES);
  }

  /** An object with some of these keys, none of whose values is what it should be. */
  object(keys: readonly string[]): Record<string, unknown> {
    const entries = keys.filter(() => this.chance(70)).map((key) => [key, this.value()] as const);
    const extra = this.chance(20) ? [[this.text(), this.value()] as const] : [];
    return Object.fromEntries([...entries, ...extra]) as Record<string, unknown>;
  }

  body(keys: readonly string[]): string {
    if (this.chance(25)) return this.oneOf(NASTY_BODIES);
    const whole = JSON.stringify(this.object(keys));
    return this.chance(15) ? whole.slice(0, this.below(whole.length)) : whole;
  }
}
