import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { readCredentials } from '../../../src/exchange/credentials.ts';
import { KeyFile } from '../../../src/exchange/key-file.ts';
import { Secret } from '../../../src/exchange/secret.ts';

const PASSPHRASE = new Secret('correct horse');
const CANARY = 'canary-4711';

function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-keys-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

function keysOf(secret = CANARY, password: string | null = null) {
  return {
    exchange: 'binance',
    apiKey: new Secret(`key-of-${secret}`),
    apiSecret: new Secret(secret),
    password: password === null ? null : new Secret(password),
  };
}

async function errorOf(
  work: Promise<unknown> | (() => unknown),
): Promise<Error & { code?: string }> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (thrown) {
    // Nothing that goes wrong may show what is kept.
    expect(inspect(thrown, { depth: 9 })).not.toContain(CANARY);
    return thrown as Error & { code?: string };
  }
  throw new Error('expected an error');
}

it('what is kept comes back, and can not be read in the file', async () => {
  const home = temporaryHome();
  const file = new KeyFile(home);
  expect(file.exists()).toBe(false);
  await file.set('binance', keysOf(), PASSPHRASE);
  await file.set('okx-2', keysOf('other', 'third'), PASSPHRASE);
  expect(statSync(file.path).mode & 0o777).toBe(0o600);
  expect(readdirSync(home)).toEqual(['keys.json']);
  const text = readFileSync(file.path, 'utf8');
  expect(text).not.toMatch(/canary|binance|okx|third|other/);
  expect(JSON.parse(text)).toMatchObject({
    format: 'quantcell-keys',
    version: 1,
    kdf: { name: 'scrypt', N: 131_072, r: 8, p: 1 },
    cipher: { name: 'aes-256-gcm' },
  });
  expect(await file.names(PASSPHRASE)).toEqual(['binance', 'okx-2']);
  const found = await file.get('okx-2', PASSPHRASE);
  expect([found?.apiKey, found?.apiSecret, found?.password].map((one) => one?.reveal())).toEqual([
    'key-of-other',
    'other',
    'third',
  ]);
  expect(await file.get('kraken', PASSPHRASE)).toBeUndefined();
  await file.remove('binance', PASSPHRASE);
  expect(await file.names(PASSPHRASE)).toEqual(['okx-2']);
  expect((await errorOf(file.remove('binance', PASSPHRASE))).code).toBe('KEYS_MISSING');
});

it('salt and nonce are new each time', async () => {
  const file = new KeyFile(temporaryHome());
  const parts = async (): Promise<string[]> => {
    await file.set('binance', keysOf(), PASSPHRASE);
    const { kdf, cipher, data } = JSON.parse(readFileSync(file.path, 'utf8')) as {
      kdf: { salt: string; check: string };
      cipher: { nonce: string; tag: string };
      data: string;
    };
    return [kdf.salt, kdf.check, cipher.nonce, cipher.tag, data];
  };
  const [one, two] = [await parts(), await parts()];
  expect(new Set([...one, ...two]).size).toBe(10);
});

it('another passphrase opens nothing, and changes nothing', async () => {
  const file = new KeyFile(temporaryHome());
  await file.set('binance', keysOf(), PASSPHRASE);
  const before = readFileSync(file.path, 'utf8');
  const wrong = new Secret('correct horsf');
  const attempts = [
    () => file.names(wrong),
    () => file.get('binance', wrong),
    () => file.set('kraken', keysOf(), wrong),
    () => file.remove('binance', wrong),
  ];
  for (const attempt of attempts) {
    expect((await errorOf(attempt())).code).toBe('KEYS_FILE_WRONG_PASSPHRASE');
  }
  expect(readFileSync(file.path, 'utf8')).toBe(before);
});

it('a file that was changed anywhere is not believed', async () => {
  const file = new KeyFile(temporaryHome());
  await file.set('binance', keysOf(), PASSPHRASE);
  const good = readFileSync(file.path, 'utf8');
  const changed = [
    good.replace('"N": 131072', '"N": 1024'),
    good.replace('"N": 131072', '"N": 262144'),
    good.replace('"N": 131072', '"N": 1073741824'),
    good.replace('"version": 1', '"version": 2'),
    good.replace(/"data": "(.)/, (_all, first) => `"data": "${first === 'A' ? 'B' : 'A'}`),
    good.replace(/"tag": "(.)/, (_all, first) => `"tag": "${first === 'A' ? 'B' : 'A'}`),
    good.replace(/"tag": "[^"]*"/, '"tag": "AAAA"'),
    good.replace(/"nonce": "(.)/, (_all, first) => `"nonce": "${first === 'A' ? 'B' : 'A'}`),
    good.slice(0, good.length / 2),
    good.replace('}', ', "more": 1}'),
    '',
    'null',
    '{}',
    'x'.repeat(2_000_000),
  ];
  for (const text of changed) {
    expect(text).not.toBe(good);
    writeFileSync(file.path, text);
    const { code } = await errorOf(file.names(PASSPHRASE));
    expect(['KEYS_FILE_DAMAGED', 'KEYS_FILE_WRONG_PASSPHRASE']).toContain(code);
  }
});

it.each([0o644, 0o640, 0o620, 0o606, 0o601])('a file of mode %o is refused', async (mode) => {
  const file = new KeyFile(temporaryHome());
  writeFileSync(file.path, '{}', { mode: 0o600 });
  chmodSync(file.path, mode);
  const error = await errorOf(() => file.exists());
  expect(error.code).toBe('KEYS_FILE_TOO_OPEN');
  expect(error.message).toContain(`mode 0${mode.toString(8)}`);
});

it('a link, or a home that can not be written, is said', async () => {
  const home = temporaryHome();
  const file = new KeyFile(home);
  symlinkSync('/etc/hostname', file.path);
  expect((await errorOf(() => file.exists())).code).toBe('KEYS_FILE_UNUSABLE');
  const none = new KeyFile(join('/etc/hostname', 'home'));
  expect((await errorOf(none.set('binance', keysOf(), PASSPHRASE))).code).toBe(
    'KEYS_FILE_UNUSABLE',
  );
});

it.each([
  ['a passphrase that is short', 'binance', keysOf(), new Secret('short')],
  ['a name in capitals', 'Binance', keysOf(), PASSPHRASE],
  ['a name that is a path', '../x', keysOf(), PASSPHRASE],
  ['a secret with white space', 'binance', keysOf(`${CANARY}\n`), PASSPHRASE],
  ['a secret that is empty', 'binance', keysOf(''), PASSPHRASE],
])('%s is refused', async (_what, name, keys, passphrase) => {
  const file = new KeyFile(temporaryHome());
  expect((await errorOf(file.set(name, keys, passphrase))).code).toBe('KEYS_INVALID');
  expect(file.exists()).toBe(false);
});

it('the environment goes before the file, which is opened only if it has to be', async () => {
  const home = temporaryHome();
  await new KeyFile(home).set('binance', keysOf(), PASSPHRASE);
  let asked = 0;
  const passphrase = async (): Promise<Secret> => {
    asked += 1;
    return PASSPHRASE;
  };
  const env = { QUANTCELL_BINANCE_2_API_KEY: 'k', QUANTCELL_BINANCE_2_API_SECRET: ' s ' };
  const fromEnv = await readCredentials('binance-2', { env, home, passphrase });
  expect([fromEnv.apiKey.reveal(), fromEnv.apiSecret.reveal(), fromEnv.password]).toEqual([
    'k',
    's',
    null,
  ]);
  expect(asked).toBe(0);
  const fromFile = await readCredentials('binance', { env, home, passphrase });
  expect(fromFile.apiSecret.reveal()).toBe(CANARY);
  expect(asked).toBe(1);
});

it('keys that are nowhere, or half there, are said with the names of the variables', async () => {
  const passphrase = async (): Promise<Secret> => PASSPHRASE;
  const none = await errorOf(readCredentials('okx', { env: {}, home: null, passphrase }));
  expect(none).toMatchObject({ code: 'KEYS_MISSING' });
  expect(none.message).toMatch(/QUANTCELL_OKX_API_KEY and QUANTCELL_OKX_API_SECRET/);
  const env = { QUANTCELL_OKX_API_KEY: CANARY };
  const half = await errorOf(readCredentials('okx', { env, home: null, passphrase }));
  expect(half.message).toMatch(/QUANTCELL_OKX_API_SECRET is not set/);
});
