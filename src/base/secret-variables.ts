/** Variables of the environment that hold keys of exchanges, the passphrase of their file, or a token of the API. */
const SECRET_VARIABLE =
  /^QUANTCELL_(?:[A-Z0-9_]+_API_(?:KEY|SECRET|PASSWORD)|KEYS_PASSPHRASE|ADMIN_TOKEN)$/;

/** True for a variable whose value is to be in the main process alone. */
export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name);
}
