import { expect, it } from 'vitest';
import { formatLocalTime } from '../../../../src/cli/terminal/format.ts';
import { formatLogLine } from '../../../../src/cli/terminal/log-line.ts';

const AT = Date.UTC(2026, 0, 31, 9, 5, 0, 123);

it('has time, level, message and facts', () => {
  const line = { at: AT, level: 'info', message: 'bought', facts: { size: 2 } };
  expect(formatLogLine(line)).toBe(`${formatLocalTime(AT)} info  bought {"size":2}`);
  expect(formatLogLine({ at: 0, level: 'warn', message: 'cut' })).toBe('- warn  cut');
});

it('is one line, and gives the terminal no orders', () => {
  const message = 'a\nb\u001b[2J\u007f\u009b\tc';
  expect(formatLogLine({ at: 0, level: 'error', message })).toBe(
    '- error a\\nb\\u001b[2J\\u007f\\u009b\tc',
  );
});

it('has a time that names its own offset', () => {
  const text = formatLocalTime(AT);
  expect(text).toMatch(/^2026-01-\d\dT\d\d:\d\d:00\.123[+-]\d\d:\d\d$/);
  expect(Date.parse(text)).toBe(AT);
});
