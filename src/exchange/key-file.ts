import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { makeDirectories } from '../base/make-directories.ts';
import { messageOf, quote } from '../base/errors.ts';
import { KeysError } from './errors.ts';
import { Secret, type ExchangeCredentials } from './secret.ts';
import { seal, unseal } from './sealed-box.ts';

/** In the home. */
const KEY_FILE_NAME = 'keys.json';

const MAX_BYTES = 1_048_576;
const MAX_KEYS = 100;
const MAX_CHARS = 8_192;
const MIN_PASSPHRASE_CHARS = 8;
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;

const secretText = z.string().min(1).max(MAX_CHARS);
const content = z.strictObject({
  keys: z.record(
    z.string().regex(NAME),
    z.strictObject({
      exchange: z.string().nullable(),
      apiKey: secretText,
      apiSecret: secretText,
      password: secretText.nullable(),
    }),
  ),
});

type Content = z.infer<typeof content>;

export interface StoredKeys extends ExchangeCredentials {
  /** The exchange that they are for, where that was said; as ccxt calls it. */
  readonly exchange: string | null;
}

/**
 * A name for keys, such as `binance` or `binance-2`.
 *
 * @throws {KeysError} code `KEYS_INVALID`
 */
export function parseKeysName(value: string): string {
  if (NAME.test(value)) return value;
  throw new KeysError(
    'KEYS_INVALID',
    `${quote(value)} is no name for keys: expected 1 to 32 of a-z, 0-9 and -, such as "binance"`,
    { name: quote(value) },
  );
}

/** Keys of exchanges in a file of the home, sealed with a passphrase; names and all. */
export class KeyFile {
  readonly path: string;

  constructor(home: string) {
    this.path = join(home, KEY_FILE_NAME);
  }

  /** @throws {KeysError} code `KEYS_FILE_UNUSABLE` or `KEYS_FILE_TOO_OPEN` */
  exists(): boolean {
    return this.#read() !== undefined;
  }

  /** @throws {KeysError} codes `KEYS_FILE_...` */
  async names(passphrase: Secret): Promise<string[]> {
    return Object.keys((await this.#open(passphrase)).keys).toSorted();
  }

  /** Undefined if there are none of that name. @throws {KeysError} codes `KEYS_FILE_...` */
  async get(name: string, passphrase: Secret): Promise<StoredKeys | undefined> {
    const found = (await this.#open(passphrase)).keys[name];
    if (found === undefined) return undefined;
    const { exchange, apiKey, apiSecret, password } = found;
    return {
      exchange,
      apiKey: new Secret(apiKey),
      apiSecret: new Secret(apiSecret),
      password: password === null ? null : new Secret(password),
    };
  }

  /** Adds keys, or puts them in the place of those of that name. Makes the file if there is none. @throws {KeysError} */
  async set(name: string, keys: StoredKeys, passphrase: Secret): Promise<void> {
    requirePassphrase(passphrase);
    const { keys: before } = await this.#open(passphrase);
    const after = {
      ...before,
      [parseKeysName(name)]: {
        exchange: keys.exchange,
        apiKey: requireText(keys.apiKey, 'API key'),
        apiSecret: requireText(keys.apiSecret, 'API secret'),
        password: keys.password === null ? null : requireText(keys.password, 'password'),
      },
    };
    if (Object.keys(after).length > MAX_KEYS) {
      throw new KeysError('KEYS_INVALID', `${this.path} holds ${MAX_KEYS} keys, the most it may`);
    }
    this.#write(await seal(JSON.stringify({ keys: after }), passphrase));
  }

  /** @throws {KeysError} code `KEYS_MISSING` if there are none of that name, or `KEYS_FILE_...` */
  async remove(name: string, passphrase: Secret): Promise<void> {
    const { [name]: found, ...rest } = (await this.#open(passphrase)).keys;
    if (found === undefined) {
      const names = Object.keys(rest).toSorted().join(', ') || 'none';
      const message = `there are no keys ${quote(name)} in ${this.path}: there is ${names}`;
      throw new KeysError('KEYS_MISSING', message, { name });
    }
    this.#write(await seal(JSON.stringify({ keys: rest }), passphrase));
  }

  async #open(passphrase: Secret): Promise<Content> {
    const sealed = this.#read();
    if (sealed === undefined) return { keys: {} };
    const opened = await unseal(sealed, passphrase);
    if (opened.result === 'wrong-passphrase') {
      throw new KeysError(
        'KEYS_FILE_WRONG_PASSPHRASE',
        `this is not the passphrase of ${this.path}`,
        { path: this.path },
      );
    }
    if (opened.result === 'damaged') throw this.#damaged(opened.why);
    try {
      return content.parse(JSON.parse(opened.text));
    } catch {
      // The error of the parser would quote what is in there.
      throw this.#damaged('what was sealed are no keys');
    }
  }

  #damaged(why: string): KeysError {
    const message = `${this.path} can't be read: ${why}`;
    return new KeysError('KEYS_FILE_DAMAGED', message, { path: this.path });
  }

  #read(): string | undefined {
    let file: number;
    try {
      file = openSync(this.path, constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#unusable(thrown);
    }
    try {
      const { mode, uid, size } = fstatSync(file);
      const owner = process.getuid?.() ?? uid;
      if ((mode & 0o077) !== 0 || uid !== owner) {
        const shown = (mode & 0o777).toString(8).padStart(4, '0');
        throw new KeysError(
          'KEYS_FILE_TOO_OPEN',
          `${this.path} has mode ${shown} and owner ${uid}: it must be yours alone; chmod 600 it`,
          { path: this.path, mode: shown, uid },
        );
      }
      if (size > MAX_BYTES) throw this.#damaged(`it has ${size} bytes, at most ${MAX_BYTES}`);
      return readFileSync(file, 'utf8');
    } finally {
      closeSync(file);
    }
  }

  /** All or nothing, on the disk before this returns. */
  #write(sealed: string): void {
    const temporary = `${this.path}.${process.pid}.new`;
    try {
      makeDirectories(dirname(this.path));
      rmSync(temporary, { force: true });
      withFile(openSync(temporary, 'wx', 0o600), (file) => {
        fchmodSync(file, 0o600);
        writeFileSync(file, sealed);
        fsyncSync(file);
      });
      renameSync(temporary, this.path);
      withFile(openSync(dirname(this.path), 'r'), fsyncSync);
    } catch (thrown) {
      rmSync(temporary, { force: true });
      throw this.#unusable(thrown);
    }
  }

  #unusable(thrown: unknown): KeysError {
    const message = `${this.path} can't be used: ${messageOf(thrown)}`;
    return new KeysError('KEYS_FILE_UNUSABLE', message, { path: this.path });
  }
}

function withFile(file: number, use: (file: number) => void): void {
  try {
    use(file);
  } finally {
    closeSync(file);
  }
}

function requirePassphrase(passphrase: Secret): void {
  if (passphrase.reveal().length >= MIN_PASSPHRASE_CHARS) return;
  const message = `the passphrase is too short: at least ${MIN_PASSPHRASE_CHARS} characters`;
  throw new KeysError('KEYS_INVALID', message);
}

function requireText(secret: Secret, what: string): string {
  const text = secret.reveal();
  // White space would be a slip of the clipboard, and go into each signature.
  if (text.length >= 1 && text.length <= MAX_CHARS && text === text.trim()) return text;
  throw new KeysError(
    'KEYS_INVALID',
    `the ${what} is empty, begins or ends with white space, or has more than ${MAX_CHARS} characters`,
  );
}
