import { useEffect, useRef, useState } from 'preact/hooks';
import type { BatchResult } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton, Button } from '../../components/button.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { batchOutcome } from '../fleet/batch-outcome.ts';
import { BulkResults } from '../fleet/bulk-results.tsx';
import { reloadableIds } from './reloadable.ts';
import { WorkerLinks } from './worker-links.tsx';

/** As many as are reloaded in one request. */
const MAX_WORKERS = 1_000;

interface ReloadOfferProps {
  readonly name: string;
  readonly onClose: () => void;
}

/** Once a strategy is saved: its workers that go on with the version before, and the button that reloads them. */
export function ReloadOffer({ name, onClose }: ReloadOfferProps) {
  const t = useT();
  const start = useRef<HTMLParagraphElement>(null);
  const [results, setResults] = useState<BatchResult['results'] | null>(null);
  const workers = useAnswer('listWorkers', {
    query: { strategy: name, state: 'running,paused', limit: MAX_WORKERS },
  });
  // The button that was pressed last is gone: whoever has no pointer goes on from here.
  useEffect(() => start.current?.focus(), [results]);
  return (
    <div class="form">
      <p ref={start} tabIndex={-1}>
        {t(results === null ? 'strategies.reloadText' : 'strategies.reloadDone')}
      </p>
      {results === null ? (
        <AnswerPart of={workers}>
          {({ items }) => <Offer ids={reloadableIds(items, name)} onResults={setResults} />}
        </AnswerPart>
      ) : (
        <BulkResults results={results} onClose={onClose} />
      )}
      <div class="dialog-actions">
        <Button onPress={onClose}>{t('common.close')}</Button>
      </div>
    </div>
  );
}

interface OfferProps {
  readonly ids: readonly string[];
  readonly onResults: (results: BatchResult['results']) => void;
}

function Offer({ ids, onResults }: OfferProps) {
  const t = useT();
  const { record, isAsked, run } = useAction();
  if (ids.length === 0) return <p class="quiet">{t('strategies.reloadNone')}</p>;
  const title = t('fleet.doMany', { what: t('fleet.do.reload'), count: ids.length });
  const reload = async (): Promise<void> => {
    const { answer } = await run(
      title,
      () => call('batchWorkers', { body: { action: 'reload', ids: [...ids] } }),
      ({ results }) => batchOutcome(t, results),
    );
    if (answer !== null) onResults(answer.results);
  };
  return (
    <>
      <p>
        <WorkerLinks ids={ids} />
      </p>
      <ActionNote record={record} />
      <HindranceNote needs="operate" />
      <div class="page-tools">
        <ActionButton
          needs="operate"
          look="primary"
          icon="reload"
          isAsked={isAsked}
          onPress={() => void reload()}
        >
          {title}
        </ActionButton>
      </div>
    </>
  );
}
