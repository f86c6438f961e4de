import { sparklinePoints } from './sparkline-points.ts';

const WIDTH = 120;
const HEIGHT = 24;

/** How a figure went, small; the figure beside it says how it is. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  if (values.length < 2) return <span class="sparkline" aria-hidden="true" />;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <polyline points={sparklinePoints(values, WIDTH, HEIGHT)} />
    </svg>
  );
}
