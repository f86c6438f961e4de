import { useState } from 'preact/hooks';
import type { StrategyView } from '../../../../src/client/index.ts';
import { hrefOf } from '../../app/route.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton } from '../../components/button.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Time } from '../../components/time.tsx';
import { bytesText } from '../../data/format.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { NewWorkerDialog } from '../fleet/new-worker/new-worker-dialog.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import { WorkerLinks } from './worker-links.tsx';

/** Every strategy in the strategies folder. */
export function StrategyList() {
  const t = useT();
  const strategies = useAnswer('listStrategies');
  const [isUploading, setIsUploading] = useState(false);
  const [making, setMaking] = useState<string | null>(null);
  const close = (): void => {
    setMaking(null);
    strategies.reload();
  };
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{t('nav.strategies')}</h1>
        <ActionButton needs="admin" look="primary" icon="plus" onPress={() => setIsUploading(true)}>
          {t('strategies.upload')}
        </ActionButton>
      </div>
      <AnswerPart of={strategies}>
        {({ items }) => <StrategyTable items={items} onMake={setMaking} />}
      </AnswerPart>
      {isUploading && (
        <UploadDialog
          known={strategies.data?.items.map(({ name }) => name) ?? []}
          onClose={() => setIsUploading(false)}
          onSaved={strategies.reload}
        />
      )}
      {making !== null && <NewWorkerDialog strategy={making} onClose={close} />}
    </>
  );
}

interface StrategyTableProps {
  readonly items: readonly StrategyView[];
  readonly onMake: (name: string) => void;
}

function StrategyTable({ items, onMake }: StrategyTableProps) {
  const t = useT();
  return (
    <DataTable
      caption={t('nav.strategies')}
      none={t('strategies.none')}
      rows={items}
      keyOf={({ name }) => name}
      columns={[
        {
          id: 'name',
          head: t('strategies.name'),
          cell: ({ name, file }) => (
            <>
              <a class="mono" href={hrefOf(['strategies', name])}>
                {name}
              </a>
              <small class="row-note mono">{file}</small>
            </>
          ),
        },
        {
          id: 'workers',
          head: t('status.workers'),
          cell: ({ workers }) => <WorkerLinks ids={workers} />,
        },
        {
          id: 'version',
          head: t('strategies.version'),
          cell: ({ version }) => <code>{version}</code>,
        },
        {
          id: 'size',
          head: t('strategies.size'),
          isNumber: true,
          cell: ({ sizeBytes }) => bytesText(sizeBytes),
        },
        {
          id: 'modified',
          head: t('strategies.modified'),
          cell: ({ modifiedAt }) => <Time at={modifiedAt} />,
        },
        {
          id: 'actions',
          head: t('parts.actions'),
          cell: ({ name }) => (
            <ActionButton needs="operate" icon="plus" onPress={() => onMake(name)}>
              {t('fleet.new')}
            </ActionButton>
          ),
        },
      ]}
    />
  );
}
