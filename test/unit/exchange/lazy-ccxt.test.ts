import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../../../src', import.meta.url));

it('ccxt is loaded by one file, when an exchange is opened, and never by an import', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const naming = files.filter((name) => readFileSync(join(SRC, name), 'utf8').includes("('ccxt')"));
  expect(naming).toEqual([join('exchange', 'ccxt-loading.ts')]);
  const importing = files.filter((name) =>
    /(from|import)\s*\(?\s*'ccxt[/']/.test(readFileSync(join(SRC, name), 'utf8')),
  );
  expect(importing).toEqual([]);
});
