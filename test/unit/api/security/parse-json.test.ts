import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJson } from '../../../../src/api/security/parse-json.ts';

it.each([
  ['{"a":{"__proto__":{"isAdmin":true}}}', '$.a.__proto__'],
  ['{"\\u005f_proto__":1}', '$.__proto__'],
  ['[1,{"constructor":1}]', '$[1].constructor'],
  ['{"a b":[{"prototype":1}]}', '$["a b"][0].prototype'],
  ['{"size":1e999}', '$.size'],
  ['[-1e999]', '$[0]'],
  [`${'['.repeat(33)}${']'.repeat(33)}`, '$[0]'],
  ['{"a":NaN}', '$'],
  ['{"a":Infinity}', '$'],
  ["{'a':1}", '$'],
  ['{"a":1', '$'],
  ['', '$'],
])('%s is refused at %s', (text, path) => {
  let error: unknown;
  try {
    parseJson(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'MALFORMED_BODY' });
  expect((error as { facts: { path: string } }).facts.path.startsWith(path)).toBe(true);
});

it('a text of 1 MiB of brackets is refused and ends nothing', () => {
  for (const text of ['['.repeat(1_048_576), `${'['.repeat(524_288)}${']'.repeat(524_288)}`]) {
    expect(() => parseJson(text)).toThrow(
      expect.objectContaining({ code: 'MALFORMED_BODY' }) as Error,
    );
  }
});

it('a depth of 32 is taken', () => {
  const text = `${'['.repeat(32)}${']'.repeat(32)}`;
  expect(JSON.stringify(parseJson(text))).toBe(text);
});

it('what is taken is what JSON.parse makes of it, and nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json({ maxDepth: 6 }), fc.string()), (text) => {
      try {
        expect(parseJson(text)).toEqual(JSON.parse(text));
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'MALFORMED_BODY' });
      }
      expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});
