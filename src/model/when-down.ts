export const WHEN_DOWN = ['hold', 'cancel', 'flatten'] as const;

/**
 * What happens to a strategy's orders while it has no process: they stay (`hold`), are canceled (`cancel`),
 * or are canceled and what it holds is closed with market orders (`flatten`).
 */
export type WhenDown = (typeof WHEN_DOWN)[number];

export function isWhenDown(value: unknown): value is WhenDown {
  return (WHEN_DOWN as readonly unknown[]).includes(value);
}
