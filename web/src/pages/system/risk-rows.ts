import type { AnswerOf } from '../../../../src/client/index.ts';

type RiskConfig = AnswerOf<'getRisk'>;

export interface RiskRow {
  /** `strategy` for each that has none of its own, `strategies.ID`, `account` or `all`. */
  readonly scope: string;
  readonly limit: string;
  readonly value: string;
}

/** Limits, a row each. */
export function riskRows({ strategy, strategies, account, all }: RiskConfig): readonly RiskRow[] {
  const levels: readonly (readonly [string, object | undefined])[] = [
    ['all', all],
    ['account', account],
    ['strategy', strategy],
    ...Object.entries(strategies ?? {}).map(
      ([id, limits]) => [`strategies.${id}`, limits] as const,
    ),
  ];
  return levels.flatMap(([scope, limits]) =>
    Object.entries(limits ?? {}).map(([limit, value]) => ({ scope, limit, value: String(value) })),
  );
}
