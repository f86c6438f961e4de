import { join, resolve } from 'node:path';
import { readPrivate } from './private-file.ts';

/** Where the text of the token is that was made at the first start. */
export function adminTokenPathOf(home: string): string {
  return join(home, 'admin-token');
}

/**
 * The token that was made at the first start, for whoever is on the same machine and the same user;
 * undefined if it is not there, such as where it was put elsewhere or was revoked.
 *
 * @throws {AccessError} codes `ACCESS_FILE_...`
 */
export function readAdminToken(home: string): string | undefined {
  const text = readPrivate(adminTokenPathOf(resolve(home)))?.trim();
  return text === '' ? undefined : text;
}
