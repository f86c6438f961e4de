import { quote } from '../../base/errors.ts';
import { QuantCellClient } from '../../client/index.ts';
import { readAdminToken } from '../../system/access/admin-token.ts';
import { readPrivate } from '../../system/access/private-file.ts';
import { UsageError } from '../errors.ts';
import { homeOf } from '../home.ts';

/** Options of every command that speaks to a server. */
export interface ConnectionFlags {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly home?: string;
  readonly json?: boolean;
}

/** A server, and the token for it. */
export interface Connection {
  readonly url: string;
  /** Undefined where none was found. */
  readonly token: string | undefined;
  readonly client: QuantCellClient;
}

const DEFAULT_URL = 'http://127.0.0.1:7411';

/**
 * The server that the options and the environment name. Nothing is sent yet.
 *
 * @throws {UsageError} for an address or a token file that is none
 * @throws {AccessError} codes `ACCESS_FILE_...` for a token file that others can read
 */
export function connect(flags: ConnectionFlags, timeoutMs?: number): Connection {
  const url = urlOf(flags);
  const token = tokenOf(flags);
  const client = new QuantCellClient({
    url,
    ...(token !== undefined && { token }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  return { url, token, client };
}

/** The address of the server, without what follows it. @throws {UsageError} */
function urlOf({ url }: ConnectionFlags): string {
  const { QUANTCELL_URL: named } = process.env;
  const text = url ?? (named === undefined || named === '' ? DEFAULT_URL : named);
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new UsageError(
      `${quote(text)} is not the address of a server: expected one such as ${DEFAULT_URL}`,
    );
  }
  return parsed.href.replace(/\/+$/, '');
}

/** Of the file that is named, of the environment, or of the home; undefined where there is none. */
function tokenOf({ tokenFile, home }: ConnectionFlags): string | undefined {
  if (tokenFile !== undefined) {
    const text = readPrivate(tokenFile)?.trim();
    if (text === undefined || text === '') {
      throw new UsageError(`there is no token in ${tokenFile}: give the file that has it`);
    }
    return text;
  }
  const { QUANTCELL_TOKEN: named } = process.env;
  if (named !== undefined && named !== '') return named;
  return readAdminToken(homeOf(home));
}
