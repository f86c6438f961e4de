import { describe, expect, it } from 'vitest';
import { renderProgress } from '../../../../src/cli/terminal/progress.ts';

const marketTimeMs = Date.UTC(2022, 0, 1, 0, 10);

describe('renderProgress', () => {
  it('draws a bar where the share that was sent is known', () => {
    expect(renderProgress({ fraction: 0.25, eventsSent: 1_234, marketTimeMs })).toBe(
      '[##########..............................] 25 %  1,234 events sent',
    );
  });

  it('says how far market time is where the share is not known', () => {
    expect(renderProgress({ fraction: undefined, eventsSent: 1_234, marketTimeMs })).toBe(
      'played to 2022-01-01T00:10:00.000Z  1,234 events sent',
    );
  });

  it('says that nothing was played yet', () => {
    expect(renderProgress({ fraction: undefined, eventsSent: 0, marketTimeMs: undefined })).toBe(
      'nothing played yet  0 events sent',
    );
  });
});
