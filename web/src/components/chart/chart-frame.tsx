import type { RefObject } from 'preact';
import { useT } from '../../i18n/translate.ts';
import { Notice } from '../notice.tsx';

interface ChartFrameProps {
  /** What the chart shows, in words. */
  readonly label: string;
  readonly place: RefObject<HTMLDivElement | null>;
  readonly failure: Error | null;
}

/** Where a chart is drawn, and who made what draws it. */
export function ChartFrame({ label, place, failure }: ChartFrameProps) {
  const t = useT();
  if (failure !== null) {
    return <Notice tone="bad">{t('common.failed', { reason: failure.message })}</Notice>;
  }
  return (
    <figure class="chart">
      <div class="chart-place" role="img" aria-label={label} ref={place} />
      <figcaption class="chart-by">
        <a href="https://www.tradingview.com/" rel="noreferrer" target="_blank">
          {t('chart.by')}
        </a>
      </figcaption>
    </figure>
  );
}
