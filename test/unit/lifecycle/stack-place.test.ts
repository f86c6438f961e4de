import { expect, it } from 'vitest';
import { placeOf } from '../../../src/lifecycle/stack-place.ts';

it.each([
  ['a named frame', '    at Object.onBar (/my/sma.ts:12:9)', '/my/sma.ts:12:9'],
  ['a frame without a name', '    at /my/sma.ts:12:9', '/my/sma.ts:12:9'],
  ['a file URL', '    at async file:///my/sma.mjs:3:1', '/my/sma.mjs:3:1'],
  ['a named file URL', '    at f [as g] (file:///my/sma.mjs:3:1)', '/my/sma.mjs:3:1'],
  ['a path with brackets', '    at f (/my (old)/sma.ts:1:2)', '/my (old)/sma.ts:1:2'],
])('finds %s', (_what, frame, place) => {
  expect(placeOf(`Error: close is -2\n${frame}`)).toBe(place);
});

it('passes over frames that are not of the strategy', () => {
  const stack = [
    'TypeError: no',
    '    at JSON.parse (<anonymous>)',
    '    at node:internal/timers:581:17',
    '    at check (/my/node_modules/checker/index.js:1:1)',
    '    at Callbacks.call (file:///opt/quantcell/dist/runtime/worker.mjs:2083:31)',
    '    at helper (/my/lib/helper.ts:7:3)',
    '    at onBar (/my/sma.ts:12:9)',
  ].join('\n');
  expect(placeOf(stack)).toBe('/my/lib/helper.ts:7:3');
});

it.each(['', 'killed at /my/sma.ts:12:9', '    at <anonymous>'])('finds none in %o', (stack) => {
  expect(placeOf(stack)).toBeNull();
});
