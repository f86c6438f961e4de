import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../data/actions.ts';
import { bytesText } from '../../data/format.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { NewWorkerDialog } from '../fleet/new-worker/new-worker-dialog.tsx';
import { SourcePart } from './source-part.tsx';
import { ValidationView } from './validation-view.tsx';
import { VersionsPart } from './versions-part.tsx';
import { WorkerLinks } from './worker-links.tsx';

type Detail = AnswerOf<'getStrategy'>;
const TABS = ['about', 'source', 'versions'] as const;

/** One strategy: what it says of itself, its source, and what it was before. */
export function StrategyDetail({ name }: { readonly name: string }) {
  const t = useT();
  const { query } = useRoute();
  const tab = TABS.find((one) => one === query.get('tab')) ?? 'about';
  const detail = useAnswer('getStrategy', { params: { name } });
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1} class="mono">
          {name}
        </h1>
        {detail.data !== null && <StrategyActions detail={detail.data} onChange={detail.reload} />}
      </div>
      <TabLinks
        label={t('worker.tabs', { id: name })}
        current={tab}
        tabs={TABS.map((one) => ({
          id: one,
          text: t(`strategies.tab.${one}`),
          href: hrefOf(['strategies', name], one === 'about' ? {} : { tab: one }),
        }))}
      />
      <AnswerPart of={detail} isMarked={tab === 'about'}>
        {(data) => (
          <>
            {tab === 'about' && <About detail={data} />}
            {tab === 'source' && (
              <SourcePart
                key={data.strategy.version}
                strategy={data.strategy}
                faults={data.validation.faults}
                onSaved={detail.reload}
              />
            )}
            {tab === 'versions' && (
              <VersionsPart
                key={data.strategy.version}
                strategy={data.strategy}
                onSaved={detail.reload}
              />
            )}
          </>
        )}
      </AnswerPart>
    </>
  );
}

function About({ detail: { strategy, validation } }: { readonly detail: Detail }) {
  const t = useT();
  return (
    <>
      <Facts>
        <Fact name={t('strategies.file')}>
          <span class="mono">{strategy.file}</span>
        </Fact>
        <Fact name={t('strategies.version')}>
          <code>{strategy.version}</code>
        </Fact>
        <Fact name={t('strategies.modified')}>
          <Time at={strategy.modifiedAt} /> · {bytesText(strategy.sizeBytes)}
        </Fact>
        <Fact name={t('status.workers')}>
          <WorkerLinks ids={strategy.workers} />
        </Fact>
      </Facts>
      <ValidationView validation={validation} />
    </>
  );
}

interface StrategyActionsProps {
  readonly detail: Detail;
  readonly onChange: () => void;
}

function StrategyActions({ detail: { strategy }, onChange }: StrategyActionsProps) {
  const t = useT();
  const { name, workers } = strategy;
  const [opened, setOpened] = useState<'make' | 'delete' | null>(null);
  const { isAsked, run } = useAction();
  const title = t('strategies.delete', { name });
  const remove = async (): Promise<void> => {
    setOpened(null);
    const { record } = await run(title, () => call('deleteStrategy', { params: { name } }));
    if (record.status === 'applied') location.hash = hrefOf(['strategies']);
  };
  return (
    <div class="page-tools">
      <ActionButton needs="operate" look="primary" icon="plus" onPress={() => setOpened('make')}>
        {t('strategies.newWorker')}
      </ActionButton>
      <ActionButton
        needs="admin"
        icon="bin"
        isAsked={isAsked}
        hindrance={
          workers.length === 0 ? null : t('strategies.inUse', { workers: workers.join(', ') })
        }
        onPress={() => setOpened('delete')}
      >
        {t('fleet.do.delete')}
      </ActionButton>
      {opened === 'make' && (
        <NewWorkerDialog
          strategy={name}
          onClose={() => {
            setOpened(null);
            onChange();
          }}
        />
      )}
      {opened === 'delete' && (
        <ConfirmDialog
          title={`${title}?`}
          confirm={title}
          needs="admin"
          onClose={() => setOpened(null)}
          onConfirm={() => void remove()}
        >
          <p>{t('strategies.deleteText')}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
