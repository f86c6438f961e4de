import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactDetail, redactedJson } from '../../../../src/system/audit/redact-detail.ts';

const CANARY = 'canary-4711';

it.each([
  'password',
  'apiKey',
  'api_key',
  'API-KEY',
  'apiSecret',
  'webhookToken',
  'Authorization',
  'cookie',
  'keysPassphrase',
  'privateKey',
  'csrf',
])('what is called %s is hidden at any depth', (name) => {
  const text = redactedJson({ a: [{ [name]: CANARY }], [name]: { deep: CANARY } });
  expect(text).not.toContain(CANARY);
  expect(text).toContain('[secret]');
});

it('tokens are hidden in any text', () => {
  const token = `qc_${'Ab3-'.repeat(11)}`;
  expect(redactDetail(`curl -H "Authorization: Bearer ${CANARY}" ${token}`)).toBe(
    'curl -H "Authorization: [secret]" [secret]',
  );
});

it('the rest is as it was', () => {
  const detail = { ids: ['a', 'b'], symbol: 'BTC/USDT', quantity: '0.1', on: true, no: null, n: 3 };
  expect(redactDetail(detail)).toEqual(detail);
});

it('it takes anything, and what comes out has a bounded size and is JSON', () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
      const text = redactedJson(value);
      expect(text.length).toBeLessThanOrEqual(4_096);
      JSON.parse(text);
    }),
  );
  const ring: Record<string, unknown> = {};
  ring['self'] = ring;
  expect(redactedJson(ring)).toContain('[deep]');
  const wide = Object.fromEntries(
    Array.from({ length: 200 }, (_, n) => [`k${n}`, 'x'.repeat(900)]),
  );
  expect(redactedJson(wide).length).toBeLessThanOrEqual(4_096);
});
