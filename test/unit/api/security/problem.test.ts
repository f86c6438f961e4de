import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HTTPException } from 'hono/http-exception';
import { expect, it } from 'vitest';
import { onApiError, onUnknownRoute, problemOf } from '../../../../src/api/security/problem.ts';
import { hasStatus, statusOfCode } from '../../../../src/api/security/status-of-code.ts';
import { withoutPaths } from '../../../../src/api/security/without-paths.ts';
import { QuantCellError } from '../../../../src/base/errors.ts';
import { bareApp, listening } from './support.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** Codes of other processes, of the command line, and of what a server says before it listens. */
const NEVER_ANSWERED: ReadonlySet<string> = new Set([
  'INVALID_TIMER',
  'INVALID_REPORT',
  'HOME_IN_USE',
  'DATABASE_IN_USE',
  'DATABASE_TOO_NEW',
  'SOCKET_PATH_TOO_LONG',
  'ENDPOINT_IN_USE',
  'INVALID_ENDPOINT',
  'SHARED_MEMORY_UNAVAILABLE',
  'SHARED_MEMORY_FAILED',
  'SHARED_MEMORY_CLOSED',
  'INVALID_RING_SIZE',
  'RECORD_TOO_LARGE',
  'INVALID_TOPIC_ID',
  'UNKNOWN_MESSAGE_TYPE',
  'WRONG_VERSION',
  'NOT_WELCOME',
  'MARKET_FILE_UNREADABLE',
  'MARKET_FILE_EMPTY',
  'MARKET_FILE_FORMAT',
  'MARKET_FILE_COLUMNS',
  'MARKET_FILE_ROW',
  'MARKET_FILE_ORDER',
  'MARKET_FILE_TIMEFRAME',
  'MARKET_FILE_SYMBOL',
  'REPLAY_BUFFER_FULL',
  'KEYS_PASSPHRASE_MISSING',
  'KEYS_FILE_WRONG_PASSPHRASE',
  'SIM_EXCHANGE_FAILED',
  'INVALID_ALERT_OPTION',
  'INVALID_SIM_ADDRESS',
  'PORT_IN_USE',
  'CANNOT_LISTEN',
  'TLS_UNUSABLE',
  'ACCESS_IN_USE',
  'WEAK_TOKEN',
  'INSECURE_BIND',
  'INSPECTOR_ON',
  'INVALID_HOST_NAME',
  'INVALID_ORIGIN',
]);

function documentedCodes(): string[] {
  const text = readFileSync(join(ROOT, 'docs/ERRORS.md'), 'utf8');
  return [...text.matchAll(/^### ([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)$/gm)].map(
    ([, code]) => code as string,
  );
}

it('each documented code has a status, or is one that never gets to the API', () => {
  const codes = documentedCodes();
  expect(codes.length).toBeGreaterThan(90);
  expect(codes.filter((code) => hasStatus(code) === NEVER_ANSWERED.has(code))).toEqual([]);
});

it('a code that is not expected is 500', () => {
  expect(statusOfCode('SOMETHING_NEW')).toBe(500);
  expect(statusOfCode('toString')).toBe(500);
});

it('an error of ours is a problem with its code, its facts and the id of the request', () => {
  const error = new QuantCellError('UNKNOWN_WORKER', 'there is no worker "a"', {
    workerId: 'a',
    status: 'running',
    apiKey: 'canary',
  });
  expect(problemOf(error, 'r-1')).toEqual({
    type: 'urn:quantcell:error:UNKNOWN_WORKER',
    title: 'Unknown worker',
    status: 404,
    code: 'UNKNOWN_WORKER',
    detail: 'there is no worker "a"',
    instance: 'r-1',
    workerId: 'a',
    apiKey: '[secret]',
  });
});

it.each([
  ['can\'t use "/srv/home/quantcell.db": full', 'can\'t use "…/quantcell.db": full'],
  ["ENOENT: no such file, open '/srv/my home/a.json'", "ENOENT: no such file, open '…/a.json'"],
  ['at file:///srv/quantcell/dist/a.js:3:4', 'at …/a.js:3:4'],
  ['/srv/home/keys.json has mode 0644', '…/keys.json has mode 0644'],
  ['C:\\quantcell\\home\\keys.json is gone', '…/keys.json is gone'],
  ['BTC/USDT and ETH/USDT', 'BTC/USDT and ETH/USDT'],
  ['there is no GET "/api/v1/workers/a" here', 'there is no GET "/api/v1/workers/a" here'],
  ['see https://example.com/a/b', 'see https://example.com/a/b'],
])('of the paths in %j the last part is left', (text, expected) => {
  expect(withoutPaths(text)).toBe(expected);
});

it('no path of ours and no stack is in an answer, whatever was thrown', async () => {
  const lines: Record<string, unknown>[] = [];
  const app = bareApp();
  app.onError(onApiError({ log: (level, text, facts) => lines.push({ level, text, ...facts }) }));
  app.notFound(onUnknownRoute);
  const inner = new Error(`ENOENT: open '${ROOT}/a.json'`);
  app.get('/plain', () => {
    throw inner;
  });
  app.get('/ours', () => {
    const facts = { path: `${ROOT}/a.db`, list: [{ deep: `${ROOT}/b.db` }] };
    throw new QuantCellError('DATABASE_UNUSABLE', `can't use ${ROOT}/a.db`, facts, inner);
  });
  app.get('/new', () => {
    throw new QuantCellError('SOMETHING_NEW', 'what is this');
  });
  app.get('/bad', () => {
    throw new HTTPException(400, { message: 'Malformed JSON in request body' });
  });
  app.get('/odd', () => {
    throw new HTTPException(418, { message: `${ROOT}/x` });
  });
  const { ask } = await listening(app);
  const expected = {
    '/plain': [500, 'INTERNAL_ERROR'],
    '/ours': [500, 'DATABASE_UNUSABLE'],
    '/new': [500, 'SOMETHING_NEW'],
    '/bad': [400, 'MALFORMED_BODY'],
    '/odd': [500, 'INTERNAL_ERROR'],
    '/none': [404, 'UNKNOWN_ROUTE'],
  };
  for (const [path, [status, code]] of Object.entries(expected)) {
    const told = await ask({ path });
    expect([path, told.status, told.code]).toEqual([path, status, code]);
    expect(told.headers['content-type']).toBe('application/problem+json');
    expect(told.json['instance']).toBe(told.headers['x-request-id']);
    expect(told.text).not.toContain(ROOT);
    expect(told.text).not.toMatch(/\bat .*\.[jt]s/);
  }
  expect(lines.map(({ text }) => String(text).slice(0, 16))).toEqual([
    'GET /plain faile',
    'GET /ours failed',
    'GET /new failed:',
    'GET /odd failed:',
  ]);
  expect(String(lines[0]?.['stack'])).toContain('problem.test.ts');
});
