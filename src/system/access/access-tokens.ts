import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { systemClock, type Clock } from '../../base/clock.ts';
import { messageOf, quote } from '../../base/errors.ts';
import { makeDirectories } from '../../base/make-directories.ts';
import { isRole, ROLES, type Role } from '../../model/role.ts';
import { FileLock } from '../../storage/file-lock.ts';
import { adminTokenPathOf } from './admin-token.ts';
import { AccessError } from './errors.ts';
import { damaged, readPrivate, requirePrivateDirectory, writePrivate } from './private-file.ts';
import {
  ADMIN_TOKEN_VARIABLE,
  hashOfToken,
  newTokenText,
  requireStrongToken,
} from './token-text.ts';

/** In the home. */
const ACCESS_FILE_NAME = 'access.json';

/** The id of the token of the environment, which a person chose and which is in no file. */
export const ENVIRONMENT_TOKEN_ID = 'environment';

const MAX_TOKENS = 100;
const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._@-]{0,63}$/;

const content = z.strictObject({
  format: z.literal('quantcell-access'),
  version: z.literal(1),
  tokens: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[0-9a-f]{8}$/),
        name: z.string().regex(NAME),
        role: z.enum(ROLES),
        createdAt: z.number(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(MAX_TOKENS),
});

/** Who asks. */
export interface Identity {
  readonly tokenId: string;
  readonly name: string;
  readonly role: Role;
}

/** What may be shown of a token. */
export interface TokenEntry {
  /** Short and public. */
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** Wall time in ms since 1970. */
  readonly createdAt: number;
}

export interface NewToken extends TokenEntry {
  /** Its text, which is nowhere else and can't be had again. */
  readonly token: string;
}

export interface AccessOptions {
  /** Where QUANTCELL_ADMIN_TOKEN is looked for. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default the system's */
  readonly clock?: Clock;
}

interface Entry extends TokenEntry {
  readonly hash: Buffer;
}

/** Who may use the API of a home. Tokens are kept as hashes: who reads the file can't log in. */
export class AccessTokens implements Disposable {
  readonly path: string;
  /** The admin's token that was made just now because there was none; its text is in `adminTokenPath` as well. */
  readonly firstToken: NewToken | undefined;
  readonly adminTokenPath: string;
  readonly #clock: Clock;
  readonly #lock: FileLock;
  readonly #fromEnvironment: Entry | undefined;
  #entries: readonly Entry[];

  private constructor(home: string, lock: FileLock, options: AccessOptions) {
    const { env = process.env, clock = systemClock } = options;
    this.path = join(home, ACCESS_FILE_NAME);
    this.adminTokenPath = adminTokenPathOf(home);
    this.#clock = clock;
    this.#lock = lock;
    this.#fromEnvironment = entryOf(env[ADMIN_TOKEN_VARIABLE], clock);
    requirePrivateDirectory(home);
    this.#entries = readEntries(this.path);
    // Looked at even if nobody reads it: it would give the home away.
    readPrivate(this.adminTokenPath);
    if (this.#all().some(({ role }) => role === 'admin')) return;
    this.firstToken = this.#makeFirst();
  }

  /**
   * Opens the tokens of a home, for one process at a time. Where there is none of an admin, and
   * none in the environment, one is made.
   *
   * @throws {AccessError} codes `ACCESS_FILE_...`, `ACCESS_IN_USE`, `WEAK_TOKEN`
   */
  static open(home: string, options: AccessOptions = {}): AccessTokens {
    const directory = resolve(home);
    const lock = lockOf(directory);
    try {
      return new AccessTokens(directory, lock, options);
    } catch (thrown) {
      lock.release();
      throw thrown;
    }
  }

  /**
   * A new token, on the disk before its text is returned.
   *
   * @throws {AccessError} code `INVALID_ACCESS` for a name or a role that is none, or too many; `ACCESS_FILE_...`
   */
  create(name: string, role: Role): NewToken {
    const { entry, token } = this.#newEntry(name, role);
    this.#keep([...this.#entries, entry]);
    return { ...shown(entry), token };
  }

  list(): readonly TokenEntry[] {
    return this.#all().map(shown);
  }

  /** Whether there is a token of that id still: what was given on its account ends with it. */
  has(id: string): boolean {
    return this.#all().some((entry) => entry.id === id);
  }

  /**
   * From now on nobody gets in with it.
   *
   * @throws {AccessError} codes `UNKNOWN_TOKEN`, `LAST_ADMIN`, `ACCESS_FILE_...`
   */
  revoke(id: string): TokenEntry {
    const found = this.#entries.find((entry) => entry.id === id);
    if (found === undefined) throw this.#unknown(id);
    const rest = this.#entries.filter((entry) => entry !== found);
    const others = [
      ...rest,
      ...(this.#fromEnvironment === undefined ? [] : [this.#fromEnvironment]),
    ];
    if (!others.some(({ role }) => role === 'admin')) {
      throw new AccessError(
        'LAST_ADMIN',
        `${quote(id)} is the last token of an admin: make another one before you revoke it`,
        { id },
      );
    }
    this.#keep(rest);
    this.#forgetText(found);
    return shown(found);
  }

  /**
   * Who has this token, or null. It takes as long whether and wherever it is found.
   */
  authenticate(tokenText: string): Identity | null {
    const hash = hashOfToken(tokenText);
    let found: Entry | null = null;
    for (const entry of this.#all()) {
      if (timingSafeEqual(entry.hash, hash)) found = entry;
    }
    return found === null ? null : { tokenId: found.id, name: found.name, role: found.role };
  }

  close(): void {
    this.#lock.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** The text first: a file of hashes without it would lock everybody out. */
  #makeFirst(): NewToken {
    const { entry, token } = this.#newEntry('admin', 'admin');
    writePrivate(this.adminTokenPath, `${token}\n`);
    this.#keep([...this.#entries, entry]);
    return { ...shown(entry), token };
  }

  #newEntry(name: string, role: Role): { entry: Entry; token: string } {
    if (!NAME.test(name)) {
      throw new AccessError(
        'INVALID_ACCESS',
        `${quote(name)} is no name for a token: expected 1 to 64 letters, digits, spaces, or . _ @ -, beginning with a letter or digit`,
        { name: quote(name) },
      );
    }
    if (!isRole(role)) {
      throw new AccessError(
        'INVALID_ACCESS',
        `${quote(role)} is no role: expected one of ${ROLES.join(', ')}`,
        { role: quote(role) },
      );
    }
    if (this.#entries.length >= MAX_TOKENS) {
      throw new AccessError(
        'INVALID_ACCESS',
        `there are ${MAX_TOKENS} tokens, the most there may be: revoke one first`,
        { limit: MAX_TOKENS },
      );
    }
    const token = newTokenText();
    const id = this.#freeId();
    return {
      entry: { id, name, role, createdAt: this.#clock.now(), hash: hashOfToken(token) },
      token,
    };
  }

  #freeId(): string {
    for (;;) {
      const id = randomBytes(4).toString('hex');
      if (!this.has(id)) return id;
    }
  }

  #keep(entries: readonly Entry[]): void {
    const tokens = entries.map(({ hash, ...rest }) => ({ ...rest, sha256: hash.toString('hex') }));
    const file = { format: 'quantcell-access', version: 1, tokens };
    writePrivate(this.path, `${JSON.stringify(file, null, 2)}\n`);
    this.#entries = entries;
  }

  /** The text of a token that is none any more is of no use, and would have the command line fail. */
  #forgetText({ hash }: Entry): void {
    const text = readPrivate(this.adminTokenPath)?.trim();
    if (text === undefined || !timingSafeEqual(hashOfToken(text), hash)) return;
    rmSync(this.adminTokenPath, { force: true });
  }

  #all(): readonly Entry[] {
    const own = this.#fromEnvironment;
    return own === undefined ? this.#entries : [...this.#entries, own];
  }

  #unknown(id: string): AccessError {
    const what =
      id === ENVIRONMENT_TOKEN_ID && this.#fromEnvironment !== undefined
        ? `the token ${quote(id)} is that of ${ADMIN_TOKEN_VARIABLE}: take it out of the environment and start again`
        : `there is no token ${quote(id)}`;
    return new AccessError('UNKNOWN_TOKEN', what, { id: quote(id) });
  }
}

function readEntries(path: string): readonly Entry[] {
  const text = readPrivate(path);
  if (text === undefined) return [];
  let parsed: z.infer<typeof content>;
  try {
    parsed = content.parse(JSON.parse(text));
  } catch {
    // The error of the parser would quote what is in there.
    throw damaged(
      path,
      'it is no list of tokens; restore it, or remove it to begin with a new admin',
    );
  }
  return parsed.tokens.map(({ sha256, ...rest }) => ({
    ...rest,
    hash: Buffer.from(sha256, 'hex'),
  }));
}

function entryOf(text: string | undefined, clock: Clock): Entry | undefined {
  if (text === undefined || text === '') return undefined;
  const hash = hashOfToken(requireStrongToken(text));
  const id = ENVIRONMENT_TOKEN_ID;
  return { id, name: 'environment', role: 'admin', createdAt: clock.now(), hash };
}

function shown({ id, name, role, createdAt }: TokenEntry): TokenEntry {
  return { id, name, role, createdAt };
}

/** @throws {AccessError} codes `ACCESS_IN_USE`, `ACCESS_FILE_UNUSABLE` */
function lockOf(home: string): FileLock {
  const path = join(home, `${ACCESS_FILE_NAME}.lock`);
  let lock: FileLock | null;
  try {
    makeDirectories(home);
    lock = FileLock.acquire(path);
  } catch (thrown) {
    throw new AccessError('ACCESS_FILE_UNUSABLE', `${path} can't be used: ${messageOf(thrown)}`, {
      path,
    });
  }
  if (lock !== null) return lock;
  throw new AccessError(
    'ACCESS_IN_USE',
    `the tokens of ${home} are in use by another process: change them over the API of that, or end it`,
    { home },
  );
}
