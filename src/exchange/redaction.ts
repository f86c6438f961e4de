import type { ExchangeCredentials } from './secret.ts';

const MAX_CHARS = 400;

/** Where a signature and, at some exchanges, the key stand. */
const QUERY = /(https?:\/\/[^\s?"']+)\?[^\s"']*/g;

/** A message without keys, secrets and the queries of addresses, cut to a length that a log can bear. */
export function redact(message: string, credentials: ExchangeCredentials | undefined): string {
  let text = message.replace(QUERY, '$1');
  if (credentials !== undefined) {
    const { apiKey, apiSecret, password } = credentials;
    for (const secret of [apiSecret, password, apiKey]) {
      const plain = secret?.reveal() ?? '';
      if (plain !== '') text = text.replaceAll(plain, '[secret]');
    }
  }
  return text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS)}…`;
}
