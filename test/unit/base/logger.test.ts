import { describe, expect, it } from 'vitest';
import { LOG_LEVELS, silentLogger } from '../../../src/base/logger.ts';

describe('LOG_LEVELS', () => {
  it('goes from the least to the most serious', () => {
    expect(LOG_LEVELS).toEqual(['debug', 'info', 'warn', 'error']);
  });
});

describe('silentLogger', () => {
  it.each(LOG_LEVELS)('takes a line of level %s', (level) => {
    expect(() => silentLogger.log(level, 'nothing', { fact: 1 })).not.toThrow();
  });
});
