/** What somebody may do over the API, from the least to the most; each may do what those before it may. */
export const ROLES = ['read', 'operate', 'trade', 'admin'] as const;

/**
 * `read` sees all but secrets; `operate` starts, stops, pauses, halts trading, and sees who did what; `trade`
 * also commands strategies and resumes trading; `admin` also changes limits, strategies and access.
 */
export type Role = (typeof ROLES)[number];

export function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}

/** Whether somebody with `role` may do what needs `needed`. */
export function mayAct(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
