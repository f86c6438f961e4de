import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { QuantCellError } from '../../../../src/base/errors.ts';
import type { Role } from '../../../../src/model/role.ts';
import {
  AccessTokens,
  ENVIRONMENT_TOKEN_ID,
  type AccessOptions,
} from '../../../../src/system/access/access-tokens.ts';
import { readAdminToken } from '../../../../src/system/access/admin-token.ts';

const STRONG = 'Zk3v9QpLw7Xy2Tn8Rb5Mc1Hd6Gf4Js0Aq';

function temporaryHome(): string {
  const parent = mkdtempSync(join(tmpdir(), 'quantcell-access-'));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'home');
}

function opened(home: string, options: AccessOptions = { env: {} }): AccessTokens {
  const tokens = AccessTokens.open(home, options);
  onTestFinished(() => tokens.close());
  return tokens;
}

function errorOf(work: () => unknown): QuantCellError {
  try {
    work();
  } catch (thrown) {
    return thrown as QuantCellError;
  }
  throw new Error('expected an error');
}

const modeOf = (path: string): number => statSync(path).mode & 0o777;

it('the first start makes the token of an admin: 256 random bits, in a file that is its owner alone', () => {
  const home = temporaryHome();
  const { firstToken, path, adminTokenPath } = opened(home);
  expect(firstToken?.token).toMatch(/^qc_[A-Za-z0-9_-]{43}$/);
  expect(firstToken).toMatchObject({ name: 'admin', role: 'admin' });
  expect(readAdminToken(home)).toBe(firstToken?.token);
  expect([home, path, adminTokenPath].map(modeOf)).toEqual([0o700, 0o600, 0o600]);
});

it('the next start makes none, and the first one still gets in', () => {
  const home = temporaryHome();
  const first = opened(home);
  first.close();
  const second = opened(home);
  expect(second.firstToken).toBeUndefined();
  expect(second.authenticate(first.firstToken?.token ?? '')).toEqual({
    tokenId: first.firstToken?.id,
    name: 'admin',
    role: 'admin',
  });
});

it('the file has no token, only its hash', () => {
  const tokens = opened(temporaryHome());
  const { token } = tokens.create('dashboard', 'read');
  const text = readFileSync(tokens.path, 'utf8');
  expect(text).not.toContain(token);
  expect(text).not.toContain(tokens.firstToken?.token);
  expect(text).toMatch(/"sha256": "[0-9a-f]{64}"/);
});

it('each token has the role that it was made with, over a restart too', () => {
  const home = temporaryHome();
  const first = opened(home);
  const made = (['read', 'operate', 'trade', 'admin'] as const).map((role) =>
    first.create(`of ${role}`, role),
  );
  first.close();
  const second = opened(home);
  expect(made.map(({ token }) => second.authenticate(token)?.role)).toEqual([
    'read',
    'operate',
    'trade',
    'admin',
  ]);
  expect(second.list().map(({ name }) => name)).toContain('of trade');
  expect(JSON.stringify(second.list())).not.toMatch(/qc_|sha256|hash/);
});

it('nobody else gets in', () => {
  const tokens = opened(temporaryHome());
  const token = tokens.firstToken?.token ?? '';
  const others = ['', 'admin', token.slice(0, -1), `${token}x`, token.toUpperCase(), ` ${token}`];
  expect(others.map((other) => tokens.authenticate(other))).toEqual(others.map(() => null));
});

it('a token that was revoked is none any more, at once and after a restart', () => {
  const home = temporaryHome();
  const tokens = opened(home);
  const { id, token } = tokens.create('bot', 'trade');
  expect(tokens.revoke(id)).toMatchObject({ id, name: 'bot' });
  expect([tokens.authenticate(token), tokens.has(id)]).toEqual([null, false]);
  tokens.close();
  expect(opened(home).authenticate(token)).toBeNull();
  expect(errorOf(() => tokens.revoke(id)).code).toBe('UNKNOWN_TOKEN');
});

it('the last admin stays; once there is another, the file with the text of the first goes with it', () => {
  const home = temporaryHome();
  const tokens = opened(home);
  const first = tokens.firstToken?.id ?? '';
  tokens.create('bot', 'trade');
  expect(errorOf(() => tokens.revoke(first)).code).toBe('LAST_ADMIN');
  tokens.create('me', 'admin');
  tokens.revoke(first);
  expect(readAdminToken(home)).toBeUndefined();
});

it.each([
  ['access.json', 0o640],
  ['access.json', 0o604],
  ['admin-token', 0o644],
  ['admin-token', 0o620],
])(
  'a start is refused while %s has mode %o, and the error has the command for it',
  (name, mode) => {
    const home = temporaryHome();
    opened(home).close();
    chmodSync(join(home, name), mode);
    const error = errorOf(() => AccessTokens.open(home, { env: {} }));
    expect(error.code).toBe('ACCESS_FILE_TOO_OPEN');
    expect(error.message).toContain(`chmod 600 ${join(home, name)}`);
    chmodSync(join(home, name), 0o600);
    opened(home);
  },
);

it.each(['access.json', 'admin-token'])('a start is refused while %s is a link', (name) => {
  const home = temporaryHome();
  opened(home).close();
  renameSync(join(home, name), join(home, 'elsewhere'));
  symlinkSync(join(home, 'elsewhere'), join(home, name));
  const error = errorOf(() => AccessTokens.open(home, { env: {} }));
  expect([error.code, error.message]).toEqual([
    'ACCESS_FILE_TOO_OPEN',
    expect.stringContaining('is a link'),
  ]);
});

it.skipIf(process.getuid?.() !== 0)("a start is refused while a file is somebody else's", () => {
  const home = temporaryHome();
  opened(home).close();
  chownSync(join(home, 'access.json'), 4711, 4711);
  const error = errorOf(() => AccessTokens.open(home, { env: {} }));
  expect([error.code, error.message]).toEqual([
    'ACCESS_FILE_TOO_OPEN',
    expect.stringContaining('chown 0 '),
  ]);
});

it('a start is refused in a home in which others may write', () => {
  const home = temporaryHome();
  mkdirSync(home);
  chmodSync(home, 0o777);
  const error = errorOf(() => AccessTokens.open(home, { env: {} }));
  expect([error.code, error.message]).toEqual([
    'ACCESS_FILE_TOO_OPEN',
    expect.stringContaining(`chmod 700 ${home}`),
  ]);
  expect(existsSync(join(home, 'admin-token'))).toBe(false);
});

it('the command line refuses a token that others can read', () => {
  const home = temporaryHome();
  opened(home);
  chmodSync(join(home, 'admin-token'), 0o604);
  expect(errorOf(() => readAdminToken(home)).code).toBe('ACCESS_FILE_TOO_OPEN');
});

it('a file that is no list of tokens is not written over', () => {
  const home = temporaryHome();
  const tokens = opened(home);
  tokens.close();
  for (const text of [
    '',
    '{}',
    '[',
    readFileSync(tokens.path, 'utf8').replace('admin', 'root\n'),
  ]) {
    writeFileSync(tokens.path, text);
    expect(errorOf(() => AccessTokens.open(home, { env: {} })).code).toBe('ACCESS_FILE_DAMAGED');
    expect(readFileSync(tokens.path, 'utf8')).toBe(text);
  }
});

it('two processes never have the tokens of one home', () => {
  const home = temporaryHome();
  opened(home);
  expect(errorOf(() => AccessTokens.open(home, { env: {} })).code).toBe('ACCESS_IN_USE');
});

it('a token of the environment is an admin, and nothing is written', () => {
  const home = temporaryHome();
  const tokens = opened(home, { env: { QUANTCELL_ADMIN_TOKEN: STRONG } });
  expect(tokens.authenticate(STRONG)).toEqual({
    tokenId: ENVIRONMENT_TOKEN_ID,
    name: 'environment',
    role: 'admin',
  });
  expect([tokens.firstToken, readAdminToken(home)]).toEqual([undefined, undefined]);
  expect(existsSync(tokens.path)).toBe(false);
  expect(errorOf(() => tokens.revoke(ENVIRONMENT_TOKEN_ID)).code).toBe('UNKNOWN_TOKEN');
});

it.each([
  'admin',
  'super-secret',
  'changeme',
  'short-but-random-Zk3v9Qp',
  'changeme-changeme-changeme-changeme',
  'super-secret-super-secret-super-secret',
  'a'.repeat(64),
  `with a space ${STRONG}`,
  `${STRONG}\n`,
])(
  'a start is refused with the token %j of the environment, which the error does not quote',
  (text) => {
    const error = errorOf(() =>
      AccessTokens.open(temporaryHome(), { env: { QUANTCELL_ADMIN_TOKEN: text } }),
    );
    expect(error.code).toBe('WEAK_TOKEN');
    expect(error.message).not.toContain(` ${text} `);
    expect(error.message).toContain('openssl rand');
  },
);

it.each([
  ['', 'read'],
  ['-x', 'read'],
  ['a'.repeat(65), 'read'],
  ['line\nbreak', 'read'],
  ['bot', 'root'],
])('a token named %j with the role %s is refused', (name, role) => {
  const tokens = opened(temporaryHome());
  expect(errorOf(() => tokens.create(name, role as Role)).code).toBe('INVALID_ACCESS');
  expect(tokens.list()).toHaveLength(1);
});

it('there are at most 100 tokens', () => {
  const tokens = opened(temporaryHome());
  for (let index = 1; index < 100; index += 1) tokens.create(`bot-${index}`, 'read');
  expect(errorOf(() => tokens.create('one more', 'read')).code).toBe('INVALID_ACCESS');
  expect(tokens.list()).toHaveLength(100);
});
