import { createHash, randomBytes } from 'node:crypto';
import { AccessError } from './errors.ts';

/** A way to give the admin's token without a file, as for containers. */
export const ADMIN_TOKEN_VARIABLE = 'QUANTCELL_ADMIN_TOKEN';

const TOKEN_BYTES = 32;
const MIN_CHARS = 32;
const MAX_CHARS = 512;
const MIN_DIFFERENT_CHARS = 8;
const PRINTABLE = /^[\x21-\x7e]+$/;
/** What is in tutorials, and in those who got it wrong; also drawn out to the least length. */
const KNOWN_BAD =
  /^(?:admin|administrator|root|super-?secret|secret|change-?me|default|password|passw0rd|token|test|quantcell|qc|[-_.!]|\d)+$/i;

/** A new token of 256 random bits. */
export function newTokenText(): string {
  return `qc_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
}

/** What is kept of a token. One that is random needs no salt and no slow hash: it can't be guessed. */
export function hashOfToken(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * A token that a person chose.
 *
 * @throws {AccessError} code `WEAK_TOKEN`
 */
export function requireStrongToken(text: string): string {
  const why = weaknessOf(text);
  if (why === undefined) return text;
  throw new AccessError(
    'WEAK_TOKEN',
    `${ADMIN_TOKEN_VARIABLE} ${why}: expected ${MIN_CHARS} to ${MAX_CHARS} random characters, such as of: openssl rand -base64 32`,
  );
}

/** The message of the error may not quote it. */
function weaknessOf(text: string): string | undefined {
  if (text.length < MIN_CHARS) return `has ${text.length} characters`;
  if (text.length > MAX_CHARS) return `has ${text.length} characters`;
  if (!PRINTABLE.test(text)) return 'has white space or characters that are not ASCII';
  if (KNOWN_BAD.test(text)) return 'is made of words that everybody tries first';
  if (new Set(text).size < MIN_DIFFERENT_CHARS) return 'repeats a few characters';
  return undefined;
}
