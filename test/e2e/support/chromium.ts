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

/** Without one there is nothing to test with; in CI that is a failure. */
export const CAN_BROWSE = CHROMIUM !== undefined || process.env['CI'] !== undefined;

if (!CAN_BROWSE) {
  process.stderr.write(
    `skipped: there is no Chromium at ${placesText()}; install it, or name one in QUANTCELL_CHROMIUM\n`,
  );
}

function placesText(): string {
  return PLACES.filter((path) => path !== undefined).join(', ');
}

export function openBrowser(): Promise<Browser> {
  if (CHROMIUM === undefined) {
    throw new Error(`there is no Chromium at ${placesText()}`);
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
