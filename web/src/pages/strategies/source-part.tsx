import { useState } from 'preact/hooks';
import type { StrategyView, Validation } from '../../../../src/client/index.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton } from '../../components/button.tsx';
import { CodeView } from '../../components/code-view.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { nameOfFile } from './source-draft.ts';
import { UploadDialog } from './upload-dialog.tsx';

interface SourcePartProps {
  readonly strategy: StrategyView;
  readonly faults: Validation['faults'];
  readonly onSaved: () => void;
}

/** The source of a strategy as it is now, and the way to another. */
export function SourcePart({ strategy, faults, onSaved }: SourcePartProps) {
  const t = useT();
  const { name, file } = strategy;
  const source = useAnswer('getStrategySource', { params: { name } });
  const [isEditing, setIsEditing] = useState(false);
  return (
    <AnswerPart of={source}>
      {(data) => (
        <>
          <div class="page-tools">
            <ActionButton needs="admin" onPress={() => setIsEditing(true)}>
              {t('strategies.editShort')}
            </ActionButton>
            <code class="quiet">{data.version}</code>
          </div>
          <CodeView label={t('strategies.source')} source={data.source} faults={faults} />
          {isEditing && (
            <UploadDialog
              known={[name]}
              initial={{ name, source: data.source, extension: nameOfFile(file).extension ?? 'ts' }}
              onClose={() => setIsEditing(false)}
              onSaved={onSaved}
            />
          )}
        </>
      )}
    </AnswerPart>
  );
}
