/** What somebody may do; each may also do what those before it may. Who may operate may also halt. */
export const ROLES = ['read', 'operate', 'trade', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Whether somebody with `role` may do what needs `needed`. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
