/** Variables of the environment that hold keys of exchanges, or the passphrase of their file. */
const SECRET_VARIABLE = /^QUANTCELL_(?:[A-Z0-9_]+_API_(?:KEY|SECRET|PASSWORD)|KEYS_PASSPHRASE)$/;

/** True for a variable whose value is to be in the main process alone. */
export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name);
}
