import type { Role } from '../../data/roles.ts';

/** What somebody wants done to trading. */
export interface SwitchWish {
  /** `all`, `account` or `strategy:WORKER_ID`. */
  readonly scope: string;
  readonly what: SwitchDeed;
  readonly reason: string;
}

export const SWITCH_DEEDS = ['halted', 'reduce-only', 'flatten', 'active'] as const;
export type SwitchDeed = (typeof SWITCH_DEEDS)[number];

/** Whoever may operate may stop; opening again needs more. */
export const DEED_ROLES: Readonly<Record<SwitchDeed, Role>> = {
  halted: 'operate',
  'reduce-only': 'operate',
  flatten: 'operate',
  active: 'trade',
};

/** What costs money if it is a mistake is confirmed by a word; a halt must not take that long. */
export const TYPED_DEEDS: ReadonlySet<SwitchDeed> = new Set<SwitchDeed>(['flatten', 'active']);
