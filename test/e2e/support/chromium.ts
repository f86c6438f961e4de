import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const PLACES = [
  process.env['QUANTCELL_CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where this machine has one. */
const CHROMIUM = PLACES.find((path) => path !== undefined && existsSync(path));

/** Without one there is nothing to test with: said as part of the name of what is skipped. In CI it is a failure. */
export const CAN_BROWSE = CHROMIUM !== undefined || process.env['CI'] !== undefined;
export const WHY_SKIPPED = CAN_BROWSE
  ? ''
  : ' (skipped: no Chromium; install it or name one in QUANTCELL_CHROMIUM)';

export function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) {
    throw new Error(`no Chromium at ${PLACES.filter((path) => path !== undefined).join(', ')}`);
  }
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
