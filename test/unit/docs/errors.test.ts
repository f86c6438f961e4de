import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const ENTRIES = [
  'index.ts',
  'strategy/index.ts',
  'cli/main.ts',
  'worker/entry.ts',
  'api/server.ts',
];

/** Words in capitals that are no error codes. */
const NOT_CODES = new Set([
  'LC_ALL',
  'NODE_OPTIONS',
  'ONLY_NEW',
  'PROCESS_ENDED',
  'QUANTCELL_ADMIN_TOKEN',
  'QUANTCELL_KEYS_PASSPHRASE',
  'SQLITE_FULL',
]);

/** The rules by which orders are denied: no errors, and explained in a table of docs/OPERATIONS.md. */
const DENIAL_RULES: readonly string[] = [
  ...readFileSync(join(ROOT, 'src/model/denial-rule.ts'), 'utf8').matchAll(/\| '([A-Z_]+)'/g),
].map(([, rule]) => rule as string);

/** Every file that an entry imports, directly or not: what is not in use yet has no codes to document. */
function filesInUse(): string[] {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(file)) return;
    found.add(file);
    for (const [, path] of readFileSync(file, 'utf8').matchAll(
      /(?:from|import\()\s*'(\.[^']+)'/g,
    )) {
      visit(join(dirname(file), path as string));
    }
  };
  for (const entry of ENTRIES) visit(join(ROOT, 'src', entry));
  return [...found];
}

/** The codes in use, each with a file that has it. */
function codesInUse(): Map<string, string> {
  const codes = new Map<string, string>();
  for (const file of filesInUse()) {
    // The other files there speak Binance's language, whose words are in capitals too.
    if (/\/sim-exchange\/(?!errors\.ts)/.test(file)) continue;
    for (const [, code] of readFileSync(file, 'utf8').matchAll(
      /'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/g,
    )) {
      if (!NOT_CODES.has(code as string)) codes.set(code as string, relative(ROOT, file));
    }
  }
  return codes;
}

/** Headings of docs/ERRORS.md that are codes. */
function documentedCodes(): string[] {
  const text = readFileSync(join(ROOT, 'docs/ERRORS.md'), 'utf8');
  return [...text.matchAll(/^#+ ([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/gm)].map(
    ([, code]) => code as string,
  );
}

describe('docs/ERRORS.md', () => {
  it('has a heading for each error code in use', () => {
    const documented = new Set(documentedCodes());
    const missing = [...codesInUse()].filter(
      ([code]) => !documented.has(code) && !DENIAL_RULES.includes(code),
    );
    expect(missing.map(([code, file]) => `${code} of ${file}`)).toEqual([]);
  });

  it('has no heading for a code that nothing uses', () => {
    const used = codesInUse();
    expect(documentedCodes().filter((code) => !used.has(code))).toEqual([]);
  });

  it('has one heading for each code', () => {
    const codes = documentedCodes();
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });
});

describe('docs/OPERATIONS.md', () => {
  it('explains each rule by which an order is denied', () => {
    const text = readFileSync(join(ROOT, 'docs/OPERATIONS.md'), 'utf8');
    expect(DENIAL_RULES.length).toBeGreaterThan(10);
    expect(DENIAL_RULES.filter((rule) => !text.includes(`| \`${rule}\``))).toEqual([]);
  });
});
