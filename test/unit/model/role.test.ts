import { expect, it } from 'vitest';
import { isRole, mayAct, ROLES } from '../../../src/model/role.ts';

it('each role may do what those before it may, and nothing more', () => {
  const table = ROLES.map((role) => ROLES.map((needed) => (mayAct(role, needed) ? 1 : 0)));
  expect(table).toEqual([
    [1, 0, 0, 0],
    [1, 1, 0, 0],
    [1, 1, 1, 0],
    [1, 1, 1, 1],
  ]);
});

it('no other word is a role', () => {
  expect(ROLES.every(isRole)).toBe(true);
  expect(['', 'root', 'Admin', 'read ', 0, null, undefined, ['admin']].some(isRole)).toBe(false);
});
