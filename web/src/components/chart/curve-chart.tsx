import { useEffect } from 'preact/hooks';
import type { Performance } from '../../../../src/client/index.ts';
import { useT } from '../../i18n/translate.ts';
import { curvePoints } from './chart-data.ts';
import { ChartFrame } from './chart-frame.tsx';
import { useChart } from './use-chart.ts';

const load = async () => (await import('./curve-chart-view.ts')).makeCurveChart;

/** Net profit over time, and below it the drawdown. */
export function CurveChart({ performance }: { readonly performance: Performance }) {
  const t = useT();
  const { place, view, failure } = useChart(load);
  const { curve, currency, pnl, maxDrawdown } = performance;
  useEffect(() => {
    view?.setCurves(
      curvePoints(curve, (point) => point.pnl),
      curvePoints(curve, (point) => -Math.abs(point.drawdown)),
    );
  }, [view, curve]);
  const label = t('chart.curveLabel', { pnl, currency, drawdown: maxDrawdown.amount });
  return <ChartFrame label={label} place={place} failure={failure} />;
}
