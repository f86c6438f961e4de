import { useState } from 'preact/hooks';
import type { StrategyVersion, StrategyView } from '../../../../src/client/index.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton, Button } from '../../components/button.tsx';
import { CodeView } from '../../components/code-view.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Time } from '../../components/time.tsx';
import { bytesText, NONE } from '../../data/format.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { nameOfFile } from './source-draft.ts';
import { UploadDialog } from './upload-dialog.tsx';

interface VersionsPartProps {
  readonly strategy: StrategyView;
  readonly onSaved: () => void;
}

interface Opened {
  readonly version: string;
  readonly isRestored: boolean;
}

/** What a strategy was before: each version can be read and put in force again. */
export function VersionsPart({ strategy, onSaved }: VersionsPartProps) {
  const t = useT();
  const { name } = strategy;
  const versions = useAnswer('listStrategyVersions', { params: { name } });
  const [opened, setOpened] = useState<Opened | null>(null);
  return (
    <>
      <AnswerPart of={versions}>
        {({ items }) => (
          <DataTable
            caption={t('strategies.tab.versions')}
            none={t('strategies.noVersions')}
            rows={items}
            keyOf={({ version, at }) => `${version} ${at}`}
            columns={[
              {
                id: 'version',
                head: t('strategies.version'),
                cell: ({ version }) => <code>{version}</code>,
              },
              { id: 'at', head: t('fill.at'), cell: ({ at }) => <Time at={at} /> },
              { id: 'by', head: t('strategies.by'), cell: ({ by }) => by ?? NONE },
              {
                id: 'size',
                head: t('strategies.size'),
                isNumber: true,
                cell: ({ sizeBytes }) => bytesText(sizeBytes),
              },
              {
                id: 'actions',
                head: t('parts.actions'),
                cell: (one) => (
                  <VersionButtons one={one} current={strategy.version} onOpen={setOpened} />
                ),
              },
            ]}
          />
        )}
      </AnswerPart>
      {opened !== null && (
        <VersionDialog
          strategy={strategy}
          opened={opened}
          onClose={() => setOpened(null)}
          onSaved={onSaved}
        />
      )}
    </>
  );
}

interface VersionButtonsProps {
  readonly one: StrategyVersion;
  readonly current: string;
  readonly onOpen: (opened: Opened) => void;
}

function VersionButtons({ one: { version }, current, onOpen }: VersionButtonsProps) {
  const t = useT();
  return (
    <div class="page-tools">
      <Button onPress={() => onOpen({ version, isRestored: false })}>{t('strategies.view')}</Button>
      {version === current ? (
        <span class="quiet">{t('strategies.inForce')}</span>
      ) : (
        <ActionButton needs="admin" onPress={() => onOpen({ version, isRestored: true })}>
          {t('strategies.restore')}
        </ActionButton>
      )}
    </div>
  );
}

interface VersionDialogProps extends VersionsPartProps {
  readonly opened: Opened;
  readonly onClose: () => void;
}

function VersionDialog({ strategy, opened, onClose, onSaved }: VersionDialogProps) {
  const t = useT();
  const { name, file } = strategy;
  const { version, isRestored } = opened;
  const source = useAnswer('getStrategySource', { params: { name }, query: { version } });
  // Restoring is uploading: the form wants to begin with the source.
  if (isRestored && source.data !== null) {
    const extension = nameOfFile(file).extension ?? 'ts';
    return (
      <UploadDialog
        known={[name]}
        initial={{ name, source: source.data.source, extension }}
        onClose={onClose}
        onSaved={onSaved}
      />
    );
  }
  return (
    <Dialog title={`${name} ${version}`} onClose={onClose} place="side">
      <AnswerPart of={source}>
        {(data) => <CodeView label={t('strategies.source')} source={data.source} />}
      </AnswerPart>
    </Dialog>
  );
}
