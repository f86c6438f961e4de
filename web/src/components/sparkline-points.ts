/** Keeps the line whole at its highest and lowest point. */
const EDGE = 1.5;

/** Points of a polyline through the values, from 0 (or the lowest, if that is below) to the highest. */
export function sparklinePoints(values: readonly number[], width: number, height: number): string {
  const low = Math.min(0, ...values);
  const high = Math.max(...values);
  const span = high - low;
  const room = height - 2 * EDGE;
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values
    .map((value, at) => {
      // Nothing but zeros lies at the bottom.
      const share = span === 0 ? 0 : (value - low) / span;
      return `${round(at * step)},${round(height - EDGE - share * room)}`;
    })
    .join(' ');
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
