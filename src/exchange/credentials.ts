import { KeysError } from './errors.ts';
import { KeyFile, parseKeysName } from './key-file.ts';
import { Secret, type ExchangeCredentials } from './secret.ts';

export const PASSPHRASE_VARIABLE = 'QUANTCELL_KEYS_PASSPHRASE';

type Environment = Readonly<Record<string, string | undefined>>;

export interface CredentialsSource {
  readonly env: Environment;
  /** Where the file is; without, there is only the environment. */
  readonly home: string | null;
  /** Asked for only if there is a file. */
  readonly passphrase: () => Promise<Secret>;
}

/** The variable for a part of the keys of that name: `binance-2` has `QUANTCELL_BINANCE_2_API_KEY`. */
function variableOf(name: string, part: 'KEY' | 'SECRET' | 'PASSWORD'): string {
  return `QUANTCELL_${name.toUpperCase().replaceAll('-', '_')}_API_${part}`;
}

/**
 * The keys of that name: from the environment, else from the encrypted file of the home.
 *
 * @throws {KeysError} code `KEYS_MISSING`, `KEYS_INVALID` or `KEYS_FILE_...`
 */
export async function readCredentials(
  name: string,
  source: CredentialsSource,
): Promise<ExchangeCredentials> {
  parseKeysName(name);
  const found = fromEnvironment(name, source.env);
  if (found !== undefined) return found;
  if (source.home !== null) {
    const file = new KeyFile(source.home);
    if (file.exists()) {
      const stored = await file.get(name, await source.passphrase());
      if (stored !== undefined) return stored;
    }
  }
  const where = source.home === null ? '' : `, nor in ${new KeyFile(source.home).path}`;
  throw new KeysError(
    'KEYS_MISSING',
    `there are no keys "${name}": neither ${variableOf(name, 'KEY')} and ${variableOf(name, 'SECRET')} in the environment${where}`,
    { name },
  );
}

function fromEnvironment(name: string, env: Environment): ExchangeCredentials | undefined {
  const [apiKey, apiSecret, password] = (['KEY', 'SECRET', 'PASSWORD'] as const).map((part) => {
    const text = env[variableOf(name, part)]?.trim();
    return text === undefined || text === '' ? undefined : new Secret(text);
  });
  if (apiKey === undefined && apiSecret === undefined) return undefined;
  if (apiKey === undefined || apiSecret === undefined) {
    const missing = variableOf(name, apiKey === undefined ? 'KEY' : 'SECRET');
    const message = `half of the keys "${name}" is in the environment: ${missing} is not set`;
    throw new KeysError('KEYS_MISSING', message, { name, missing });
  }
  return { apiKey, apiSecret, password: password ?? null };
}
