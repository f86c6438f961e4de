const USUAL = ['1s', '1m', '5m', '15m', '1h', '4h', '1d'] as const;

/** Timeframes to choose from: those that are published first, the usual ones after them. */
export function timeframesOf(dataTypes: readonly string[], chosen = ''): readonly string[] {
  const published = dataTypes
    .filter((type) => type.startsWith('kline@'))
    .map((type) => type.slice('kline@'.length));
  const all = [...new Set([...published, ...USUAL, chosen])];
  return all.filter((timeframe) => timeframe !== '');
}
