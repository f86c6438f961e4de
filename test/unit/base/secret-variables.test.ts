import { expect, it } from 'vitest';
import { isSecretVariable } from '../../../src/base/secret-variables.ts';

it.each([
  'QUANTCELL_BINANCE_API_KEY',
  'QUANTCELL_OKX_2_API_SECRET',
  'QUANTCELL_OKX_API_PASSWORD',
  'QUANTCELL_KEYS_PASSPHRASE',
  'QUANTCELL_ADMIN_TOKEN',
])('%s is for the main process alone', (name) => {
  expect(isSecretVariable(name)).toBe(true);
});

it.each(['PATH', 'QUANTCELL_HOME', 'QUANTCELL_API_KEY', 'MY_QUANTCELL_ADMIN_TOKEN'])(
  '%s is for anybody',
  (name) => {
    expect(isSecretVariable(name)).toBe(false);
  },
);
