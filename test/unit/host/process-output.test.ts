import { closeSync, existsSync, mkdtempSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ProcessOutput } from '../../../src/host/process-output.ts';

function outputOf(): { output: ProcessOutput; lines: string[] } {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const lines: string[] = [];
  const logger = { log: (_level: string, message: string) => void lines.push(message) };
  return { output: new ProcessOutput(join(directory, 'x.out'), logger), lines };
}

it('is cut to its tail once it is too long', () => {
  const { output, lines } = outputOf();
  writeSync(output.fd, `${'x'.repeat(1_100_000)}end`);
  output.trim();

  expect(statSync(output.path).size).toBe(16_384);
  expect(output.droppedBytes).toBe(1_100_003 - 16_384);
  expect(output.tail().endsWith('xend')).toBe(true);
  output.close();
  expect(existsSync(output.path)).toBe(false);
  expect(lines).toEqual([]);
});

it('counts nothing while it is short', () => {
  const { output } = outputOf();
  writeSync(output.fd, 'x'.repeat(1_000_000));
  output.trim();

  expect(output.droppedBytes).toBe(0);
  output.close();
});

it('logs a fault of the file system once, and throws none', () => {
  const { output, lines } = outputOf();
  closeSync(output.fd);
  output.trim();
  output.trim();

  expect(output.tail()).toBe('');
  output.close();
  expect(lines).toEqual([expect.stringContaining('EBADF')]);
});
