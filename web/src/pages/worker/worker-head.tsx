import type { Worker } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { Notice } from '../../components/notice.tsx';
import { useT } from '../../i18n/translate.ts';
import { WorkerState } from '../fleet/worker-parts.tsx';

/** What a worker is and how it stands, above all tabs. */
export function WorkerHead({ worker }: { readonly worker: Worker }) {
  const t = useT();
  const { strategy, strategyName, mode, symbols, quarantine, tradingState, tradingReason } = worker;
  return (
    <>
      <div class="worker-head">
        <WorkerState worker={worker} />
        <p>
          {strategy === null ? (
            strategyName
          ) : (
            <a href={hrefOf(['strategies', strategy])}>{strategyName}</a>
          )}{' '}
          · {t(`mode.${mode}`)} · <span class="mono">{symbols.join(', ')}</span>
        </p>
      </div>
      {quarantine !== null && (
        <Notice tone="bad">{t('fleet.quarantined', { reason: quarantine })}</Notice>
      )}
      {tradingState !== 'active' && tradingReason !== null && (
        <Notice tone="warn">
          {t('worker.tradingReason', {
            state: t(`trading.${tradingState}`),
            reason: tradingReason,
          })}
        </Notice>
      )}
    </>
  );
}
