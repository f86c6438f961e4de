import type { DenialRule } from '../model/denial-rule.ts';

/** Why an order does not leave: the rule, and what is so, in words with the figures. */
export interface Denial {
  readonly rule: DenialRule;
  readonly reason: string;
}

export function denial(rule: DenialRule, reason: string): Denial {
  return { rule, reason };
}
