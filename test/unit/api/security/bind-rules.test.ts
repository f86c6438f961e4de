import { expect, it } from 'vitest';
import { checkBind, checkInspector } from '../../../../src/api/security/bind-rules.ts';

const PLAIN = { tls: false, allowInsecure: false };

it.each(['127.0.0.1', '127.0.0.53', 'localhost', '::1', '[::1]'])('%s needs nothing', (host) => {
  expect(checkBind({ host, ...PLAIN })).toBeUndefined();
});

it.each([
  '0.0.0.0',
  '::',
  '',
  '192.168.1.2',
  'quant.example.com',
  'localhost.example.com',
  '127.0.0.1.example.com',
])('%j needs TLS or an explicit word', (host) => {
  expect(() => checkBind({ host, ...PLAIN })).toThrow(
    expect.objectContaining({ code: 'INSECURE_BIND' }) as Error,
  );
  expect(() => checkBind({ host, ...PLAIN })).toThrow(/ssh -L.*certificate/);
  expect(checkBind({ host, tls: true, allowInsecure: false })).toBeUndefined();
  expect(checkBind({ host, tls: false, allowInsecure: true })).toMatch(/without TLS/);
});

it.each([
  '--inspect',
  '--inspect=0.0.0.0:9229',
  '--inspect-brk',
  '--inspect_brk=9229',
  '--inspect-wait',
  '--max-old-space-size=100 --inspect-port=1',
  '"--inspect"',
])('NODE_OPTIONS with %s keeps a server from starting', (options) => {
  const refused = expect.objectContaining({ code: 'INSPECTOR_ON' }) as Error;
  expect(() => checkInspector({ NODE_OPTIONS: options }, [])).toThrow(refused);
  expect(() => checkInspector({}, [options])).toThrow(refused);
});

it.each([
  undefined,
  '',
  '--max-old-space-size=100',
  '--require ./x--inspector.js',
  '--enable-source-maps',
])('NODE_OPTIONS %j does not', (options) => {
  expect(() => checkInspector({ NODE_OPTIONS: options }, [])).not.toThrow();
});
