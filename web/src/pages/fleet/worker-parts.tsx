import type { Worker } from '../../../../src/client/index.ts';
import { StateBadge, TradingBadge } from '../../components/badge.tsx';
import { Badge } from '../../components/badge.tsx';
import { ActionButton } from '../../components/button.tsx';
import { Icon } from '../../components/icon.tsx';
import { Money } from '../../components/money.tsx';
import { useAction } from '../../data/actions.ts';
import { spanText } from '../../data/format.ts';
import { call } from '../../data/session.ts';
import { useNow } from '../../data/use-now.ts';
import { useT } from '../../i18n/translate.ts';
import { DEED_ICONS, DEED_OPERATIONS, deedsIn, type WorkerDeed } from './worker-actions.ts';

interface OfWorker {
  readonly worker: Worker;
}

/** State, how long, and what else stands in its way. */
export function WorkerState({ worker }: OfWorker) {
  const t = useT();
  const now = useNow();
  const { state, since, health, tradingState } = worker;
  const isUnwell = health === 'late' || health === 'stale';
  return (
    <div class="worker-state">
      <span class="worker-state-line">
        <StateBadge state={state} /> <small class="quiet number">{spanText(now - since)}</small>
      </span>
      {isUnwell && (
        <Badge tone="warn" icon="warning">
          {t(`health.${health}`)}
        </Badge>
      )}
      {tradingState !== 'active' && <TradingBadge state={tradingState} />}
    </div>
  );
}

/** Why somebody should look at it: its quarantine, the last end that was not meant, or its last error. */
export function WorkerNote({ worker }: OfWorker) {
  const t = useT();
  const { quarantine, lastExit, lastError } = worker;
  if (quarantine !== null) {
    return (
      <p class="worker-note tone-bad" title={quarantine}>
        <Icon name="warning" />
        <span>{t('fleet.quarantined', { reason: quarantine })}</span>
      </p>
    );
  }
  const exit = lastExit === null || lastExit.expected ? null : lastExit;
  const isErrorNewer = lastError !== null && lastError.at >= (exit?.at ?? 0);
  if (exit === null && lastError === null) return null;
  const text =
    exit !== null && !isErrorNewer
      ? t('fleet.lastExit', { cause: exit.cause, reason: exit.reason })
      : t('fleet.lastError', {
          where: lastError?.where ?? '',
          message: lastError?.message ?? '',
        });
  return <WorkerNoteLine text={text} at={isErrorNewer ? (lastError?.at ?? 0) : (exit?.at ?? 0)} />;
}

function WorkerNoteLine({ text, at }: { readonly text: string; readonly at: number }) {
  const t = useT();
  const now = useNow();
  return (
    <p class="worker-note tone-quiet" title={text}>
      <Icon name="info" />
      <span>
        {text} <small>({t('common.ago', { span: spanText(now - at) })})</small>
      </span>
    </p>
  );
}

export function WorkerPnl({ worker }: OfWorker) {
  const amounts = Object.entries(worker.figures.netPnl);
  if (amounts.length === 0) return <span class="quiet">{'\u2013'}</span>;
  return (
    <>
      {amounts.map(([currency, amount]) => (
        <div key={currency}>
          <Money amount={amount} currency={currency} isGain />
        </div>
      ))}
    </>
  );
}

const MAX_SYMBOLS = 1;

export function WorkerSymbols({ worker }: OfWorker) {
  const t = useT();
  const { symbols } = worker;
  const more = symbols.length - MAX_SYMBOLS;
  return (
    <span class="mono nowrap" title={symbols.join(', ')}>
      {symbols.slice(0, MAX_SYMBOLS).join(', ')}
      {more > 0 && <small class="quiet"> {t('fleet.more', { count: more })}</small>}
    </span>
  );
}

/** What can be asked of it in its state; while something is asked, nothing else. */
export function WorkerButtons({ id, state }: Pick<Worker, 'id' | 'state'>) {
  const t = useT();
  const { isAsked, run } = useAction();
  const press = (deed: WorkerDeed): void => {
    const title = t('fleet.doOne', { what: t(`fleet.do.${deed}`), id });
    void run(title, () => call(DEED_OPERATIONS[deed], { params: { id } }));
  };
  return (
    <div class="button-group">
      {deedsIn(state).map((deed) => (
        <ActionButton
          key={deed}
          needs="operate"
          icon={DEED_ICONS[deed]}
          label={t('fleet.doOne', { what: t(`fleet.do.${deed}`), id })}
          isAsked={isAsked}
          onPress={() => press(deed)}
        />
      ))}
    </div>
  );
}
