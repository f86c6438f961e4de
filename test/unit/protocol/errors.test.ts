import { describe, expect, it } from 'vitest';
import { malformed, ProtocolError, wrongVersion } from '../../../src/protocol/errors.ts';

describe('protocol errors', () => {
  it('quote what was seen', () => {
    expect(malformed('payload is an object', [1])).toMatchObject({
      code: 'MALFORMED_MESSAGE',
      message: 'payload is an object: [1]',
      facts: { seen: '[1]' },
    });
  });

  it('cut what was seen', () => {
    expect(malformed('x', 'y'.repeat(1_000)).message.length).toBeLessThan(200);
  });

  it('name both versions', () => {
    expect(wrongVersion(9, 1)).toMatchObject({
      code: 'WRONG_VERSION',
      message: 'protocol version 9: this side speaks version 1',
    });
  });

  it('have one class', () => {
    expect(wrongVersion(9, 1)).toBeInstanceOf(ProtocolError);
  });
});
