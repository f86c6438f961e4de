import { expect, it } from 'vitest';
import { resolveLogFileConfig } from '../../../../src/host/log/log-file-config.ts';

it('completes what is given with the defaults', () => {
  expect(resolveLogFileConfig()).toEqual({ maxBytes: 5_242_880, keep: 3 });
  expect(resolveLogFileConfig({ keep: 1 })).toEqual({ maxBytes: 5_242_880, keep: 1 });
});

it.each([
  [{ maxBytes: 65_535 }, 'logFile.maxBytes'],
  [{ maxBytes: Number.POSITIVE_INFINITY }, 'logFile.maxBytes'],
  [{ keep: 0 }, 'logFile.keep'],
  [{ keep: 101 }, 'logFile.keep'],
])('refuses %o', (config, option) => {
  expect(() => resolveLogFileConfig(config)).toThrowError(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(option) }),
  );
});
