import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The home directory: as given, else that of QUANTCELL_HOME, else `.quantcell` in the home of the user. */
export function homeOf(given: string | undefined): string {
  const { QUANTCELL_HOME: named } = process.env;
  const path = given ?? (named === undefined || named === '' ? undefined : named);
  return resolve(path ?? join(homedir(), '.quantcell'));
}
