import type { RiskConfig, RiskLimits } from './risk-limits.ts';

type Limit = RiskLimits[keyof RiskLimits];
/** By level, `strategies.ID` for one strategy, then by name. */
type Levels = ReadonlyMap<string, Readonly<Record<string, Limit>>>;

export interface RiskDifference {
  /** Such as `account.maxOrderNotional` or `strategies.sma-cross-1.maxOpenOrders`. */
  readonly path: string;
  /** Undefined where that limit does not hold. */
  readonly one: Limit;
  readonly other: Limit;
}

/** `limits`, which began as `before`, with what is another one in `wanted` than in `before`: that is as in `wanted`. */
export function mergeRisk(before: RiskConfig, limits: RiskConfig, wanted: RiskConfig): RiskConfig {
  const levels = new Map(
    [...levelsOf(limits)].map(([level, ofLevel]) => [level, { ...ofLevel }] as const),
  );
  const ofWanted = levelsOf(wanted);
  for (const [level, name] of changesOf(levelsOf(before), ofWanted)) {
    const ofLevel: Record<string, Limit> = levels.get(level) ?? {};
    const limit = ofWanted.get(level)?.[name];
    if (limit === undefined) Reflect.deleteProperty(ofLevel, name);
    else ofLevel[name] = limit;
    levels.set(level, ofLevel);
  }
  return configOf(levels);
}

/** The limits that are not the same in both. */
export function riskDifferences(one: RiskConfig, other: RiskConfig): RiskDifference[] {
  const [ofOne, ofOther] = [levelsOf(one), levelsOf(other)];
  return changesOf(ofOne, ofOther).map(([level, name]) => ({
    path: `${level}.${name}`,
    one: ofOne.get(level)?.[name],
    other: ofOther.get(level)?.[name],
  }));
}

function changesOf(one: Levels, other: Levels): [level: string, name: string][] {
  return [...new Set([...one.keys(), ...other.keys()])].flatMap((level) => {
    const [ofOne, ofOther] = [one.get(level) ?? {}, other.get(level) ?? {}];
    return [...new Set([...Object.keys(ofOne), ...Object.keys(ofOther)])]
      .filter((name) => !isSame(ofOne[name], ofOther[name]))
      .map((name): [string, string] => [level, name]);
  });
}

/** A limit may be given as a number or as its text. */
function isSame(one: Limit, other: Limit): boolean {
  if (one === undefined || other === undefined) return one === other;
  return String(one) === String(other);
}

function levelsOf({ strategies = {}, ...levels }: RiskConfig): Levels {
  const ofStrategies = Object.entries(strategies).map(
    ([id, limits]) => [`strategies.${id}`, limits] as const,
  );
  return new Map(
    [...Object.entries(levels), ...ofStrategies].map(([level, limits]) => [level, { ...limits }]),
  );
}

function configOf(levels: Levels): RiskConfig {
  const entries = [...levels].filter(([, limits]) => Object.keys(limits).length > 0);
  const isOfStrategy = (level: string): boolean => level.startsWith('strategies.');
  const ofStrategies = entries
    .filter(([level]) => isOfStrategy(level))
    .map(([level, limits]) => [level.slice('strategies.'.length), limits]);
  return {
    ...Object.fromEntries(entries.filter(([level]) => !isOfStrategy(level))),
    ...(ofStrategies.length > 0 && { strategies: Object.fromEntries(ofStrategies) }),
  };
}
