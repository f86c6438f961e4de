import type { SessionView } from '../../../src/client/index.ts';

export type Role = SessionView['role'];

/** From the least to the most. */
const ROLES: readonly Role[] = ['read', 'operate', 'trade', 'admin'];

/** Whether somebody with `role` may do what needs `needed`. The server decides; this only spares a refusal. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
