import { createInterface } from 'node:readline/promises';
import { UsageError } from '../errors.ts';

/**
 * Asks whether it is meant. Without a terminal nobody can answer: `--yes` is needed there.
 *
 * @throws {UsageError} if it is not meant, or can't be asked
 */
export async function confirm(question: string, flags: { readonly yes?: boolean }): Promise<void> {
  if (flags.yes === true) return;
  if (!process.stdin.isTTY) {
    throw new UsageError(`${question} Nobody can be asked here: say it with --yes`);
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    lines.close();
  }
  throw new UsageError('nothing was done');
}
