import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { redact } from '../../../src/exchange/redaction.ts';
import { Secret } from '../../../src/exchange/secret.ts';

const CANARY = 'canary-4711';

it('a secret shows nowhere but where it is asked for', () => {
  const secret = new Secret(CANARY);
  expect(secret.reveal()).toBe(CANARY);
  const holder = { secret, list: [secret] };
  const shown = [
    String(secret),
    ['', secret].join(''),
    `${secret as unknown as string}`,
    JSON.stringify(holder),
    inspect(holder, { depth: 9, showHidden: true }),
    JSON.stringify(Object.entries(secret)),
    new Error('x', { cause: secret }).message,
    inspect(new Error('x', { cause: holder }), { depth: 9 }),
  ];
  expect(shown.join('\n')).not.toContain(CANARY);
});

it('a message loses secrets, keys and the queries of addresses', () => {
  const keys = {
    apiKey: new Secret('key-1'),
    apiSecret: new Secret(CANARY),
    password: new Secret('pass-2'),
  };
  const message = `GET https://a.example/x?apiKey=key-1&signature=abcdef failed: ${CANARY} pass-2 key-1`;
  const text = redact(message, keys);
  expect(text).toBe('GET https://a.example/x failed: [secret] [secret] [secret]');
  expect(redact('a'.repeat(5_000), undefined)).toHaveLength(401);
});
