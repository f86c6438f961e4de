import { requireExchangeId } from '../exchange/ccxt-loading.ts';
import { PASSPHRASE_VARIABLE } from '../exchange/credentials.ts';
import { KeysError } from '../exchange/errors.ts';
import { KeyFile, parseKeysName } from '../exchange/key-file.ts';
import { Secret } from '../exchange/secret.ts';

/** Asks a person, or whatever stands in for one. Undefined if there is no answer. */
export type AskSecret = (question: string) => Promise<string | undefined>;

/** The keys of exchanges in a home, for the command line. */
export class HomeKeys {
  readonly #file: KeyFile;
  readonly #ask: AskSecret;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(
    home: string,
    ask: AskSecret,
    env: Readonly<Record<string, string | undefined>> = process.env,
  ) {
    this.#file = new KeyFile(home);
    this.#ask = ask;
    this.#env = env;
  }

  get path(): string {
    return this.#file.path;
  }

  /** @throws {KeysError}, {ExchangeError} code `UNKNOWN_EXCHANGE` */
  async add(name: string, exchange: string | null): Promise<void> {
    parseKeysName(name);
    if (exchange !== null) requireExchangeId(exchange);
    const passphrase = await this.#passphrase(!this.#file.exists());
    // A wrong one is said before three secrets were typed.
    await this.#file.names(passphrase);
    const apiKey = await this.#secret('API key');
    const apiSecret = await this.#secret('API secret');
    const password = (await this.#ask('API password, if the exchange has one'))?.trim() ?? '';
    await this.#file.set(
      name,
      { exchange, apiKey, apiSecret, password: password === '' ? null : new Secret(password) },
      passphrase,
    );
  }

  /** @throws {KeysError} */
  async names(): Promise<string[]> {
    if (!this.#file.exists()) return [];
    return this.#file.names(await this.#passphrase(false));
  }

  /** @throws {KeysError} */
  async remove(name: string): Promise<void> {
    const passphrase = this.#file.exists() ? await this.#passphrase(false) : new Secret('');
    await this.#file.remove(name, passphrase);
  }

  async #passphrase(isNew: boolean): Promise<Secret> {
    const fromEnv = this.#env[PASSPHRASE_VARIABLE];
    if (fromEnv !== undefined && fromEnv !== '') return new Secret(fromEnv);
    const which = isNew ? 'new passphrase' : 'passphrase';
    const text = await this.#ask(`${which} of ${this.path}`);
    if (text !== undefined && text !== '') return new Secret(text);
    throw new KeysError(
      'KEYS_PASSPHRASE_MISSING',
      `there is no passphrase for ${this.path}: type one, send it on stdin, or set ${PASSPHRASE_VARIABLE}`,
    );
  }

  async #secret(what: string): Promise<Secret> {
    const text = (await this.#ask(what))?.trim() ?? '';
    if (text !== '') return new Secret(text);
    throw new KeysError(
      'KEYS_INVALID',
      `there is no ${what}: type it, or send it as a line on stdin`,
    );
  }
}
