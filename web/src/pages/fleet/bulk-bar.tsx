import { useState } from 'preact/hooks';
import type { BatchResult } from '../../../../src/client/index.ts';
import { ActionButton, Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';
import { batchOutcome } from './batch-outcome.ts';
import type { Selection } from './selection.ts';
import { DEED_ICONS, WORKER_DEEDS, type BulkDeed } from './worker-actions.ts';

interface BulkBarProps {
  readonly selection: Selection;
  /** Ids of all workers that pass the filters. */
  readonly matching: readonly string[];
  readonly onResults: (results: BatchResult['results']) => void;
}

const DEEDS: readonly BulkDeed[] = [...WORKER_DEEDS, 'delete'];
/** So many are named where it is asked once more. */
const MAX_NAMED = 20;
/** What stops something or takes it away is asked once more. */
const CONFIRMED = ['stop', 'restart', 'delete'] as const;
type Confirmed = (typeof CONFIRMED)[number];

/** What can be done with the workers that were picked. */
export function BulkBar({ selection, matching, onResults }: BulkBarProps) {
  const t = useT();
  const action = useAction();
  const [asked, setAsked] = useState<Confirmed | null>(null);
  const ids = [...selection.ids];
  const count = ids.length;
  const carryOut = async (deed: BulkDeed): Promise<void> => {
    setAsked(null);
    const title = t('fleet.doMany', { what: t(`fleet.do.${deed}`), count });
    const { answer } = await action.run(
      title,
      () => call('batchWorkers', { body: { action: deed, ids } }),
      ({ results }) => batchOutcome(t, results),
    );
    if (answer !== null) onResults(answer.results);
  };
  return (
    <div class="bulk-bar" role="group" aria-label={t('fleet.selected', { count })}>
      <strong class="number">{t('fleet.selected', { count })}</strong>
      {count < matching.length && (
        <Button look="quiet" onPress={() => selection.put(matching, true)}>
          {t('fleet.selectAll', { count: matching.length })}
        </Button>
      )}
      <Button look="quiet" onPress={selection.clear}>
        {t('fleet.selectNone')}
      </Button>
      <div class="button-group">
        {DEEDS.map((deed) => (
          <ActionButton
            key={deed}
            needs="operate"
            icon={DEED_ICONS[deed]}
            isAsked={action.isAsked}
            onPress={() => {
              const confirmed = CONFIRMED.find((one) => one === deed);
              if (confirmed === undefined) void carryOut(deed);
              else setAsked(confirmed);
            }}
          >
            {t(`fleet.do.${deed}`)}
          </ActionButton>
        ))}
      </div>
      {asked !== null && (
        <ConfirmDialog
          title={t('fleet.sure', { what: t(`fleet.do.${asked}`), count })}
          confirm={t('fleet.doMany', { what: t(`fleet.do.${asked}`), count })}
          needs="operate"
          onClose={() => setAsked(null)}
          onConfirm={() => void carryOut(asked)}
        >
          <p>{t(`fleet.sure.${asked}`)}</p>
          <p class="mono quiet">
            {ids.slice(0, MAX_NAMED).join(', ')}{' '}
            {count > MAX_NAMED && t('fleet.more', { count: count - MAX_NAMED })}
          </p>
        </ConfirmDialog>
      )}
    </div>
  );
}
