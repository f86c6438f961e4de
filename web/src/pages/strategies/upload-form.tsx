import { useState } from 'preact/hooks';
import type { StrategyView, Validation } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { ActionButton, Button } from '../../components/button.tsx';
import { CodeView } from '../../components/code-view.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';
import { isStrategyName, type Extension } from './source-draft.ts';
import { UploadFields, type UploadDraft } from './upload-fields.tsx';
import { ValidationView } from './validation-view.tsx';

interface UploadFormProps {
  readonly known: readonly string[];
  readonly onClose: () => void;
  readonly onSaved: (strategy: StrategyView) => void;
  readonly initial:
    | { readonly name: string; readonly source: string; readonly extension: Extension }
    | undefined;
}

/** What the server said, and of what. */
interface Checked {
  readonly source: string;
  readonly extension: Extension;
  readonly validation: Validation;
}

const EMPTY: UploadDraft = { name: '', source: '', extension: 'ts' };

/** A strategy is checked by the server before it can be saved, and saved only as it was checked. */
export function UploadForm({ known, onClose, onSaved, initial }: UploadFormProps) {
  const t = useT();
  const [draft, setDraft] = useState<UploadDraft>(initial ?? EMPTY);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [isSure, setIsSure] = useState(false);
  const { record, isAsked, run } = useAction();
  const { name, source, extension } = draft;
  const isTaken = known.includes(name);
  const current =
    checked?.source === source && checked.extension === extension ? checked.validation : null;
  const validate = async (): Promise<void> => {
    const { answer } = await run(
      t('strategies.validate'),
      () => call('validateStrategy', { body: { source, extension } }),
      ({ isValid }) =>
        isValid ? t('strategies.valid') : { status: 'rejected', detail: t('strategies.invalid') },
    );
    if (answer !== null) setChecked({ source, extension, validation: answer });
  };
  const save = async (): Promise<void> => {
    setIsSure(false);
    const { answer } = await run(t('strategies.save', { name }), () =>
      call('uploadStrategy', { params: { name }, body: { source, extension } }),
    );
    if (answer !== null) onSaved(answer.strategy);
  };
  return (
    <div class="form">
      <UploadFields
        draft={draft}
        isNameFixed={initial !== undefined}
        isTaken={isTaken && initial === undefined}
        onChange={(part) => setDraft((before) => ({ ...before, ...part }))}
      />
      {current !== null && <ValidationView validation={current} />}
      {current !== null && current.faults.some(({ line }) => line !== null) && (
        <CodeView label={t('strategies.source')} source={source} faults={current.faults} />
      )}
      <ActionNote record={record} />
      <HindranceNote needs="admin" />
      <UploadButtons
        hasSource={source.trim() !== ''}
        hindrance={hindranceOf(t, name, source, current)}
        isTaken={isTaken}
        isAsked={isAsked}
        onClose={onClose}
        onValidate={() => void validate()}
        onSave={() => (isTaken ? setIsSure(true) : void save())}
      />
      {isSure && (
        <ConfirmDialog
          title={t('strategies.sure', { name })}
          confirm={t('strategies.overwrite')}
          needs="admin"
          onClose={() => setIsSure(false)}
          onConfirm={() => void save()}
        >
          <p>{t('strategies.sureText')}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

interface UploadButtonsProps {
  readonly hasSource: boolean;
  /** Why it can't be saved yet. */
  readonly hindrance: string | null;
  readonly isTaken: boolean;
  readonly isAsked: boolean;
  readonly onClose: () => void;
  readonly onValidate: () => void;
  readonly onSave: () => void;
}

function UploadButtons(props: UploadButtonsProps) {
  const { hasSource, hindrance, isTaken, isAsked, onClose, onValidate, onSave } = props;
  const t = useT();
  return (
    <div class="dialog-actions">
      <Button onPress={onClose}>{t('common.cancel')}</Button>
      <ActionButton
        needs="admin"
        isAsked={isAsked}
        hindrance={hasSource ? null : t('strategies.noSource')}
        onPress={onValidate}
      >
        {t('strategies.validate')}
      </ActionButton>
      <ActionButton
        needs="admin"
        look="primary"
        isAsked={isAsked}
        hindrance={hindrance}
        onPress={onSave}
      >
        {t(isTaken ? 'strategies.overwrite' : 'strategies.saveShort')}
      </ActionButton>
    </div>
  );
}

/** Why it can't be saved yet; null if it can. */
function hindranceOf(
  t: ReturnType<typeof useT>,
  name: string,
  source: string,
  validation: Validation | null,
): string | null {
  if (source.trim() === '') return t('strategies.noSource');
  if (!isStrategyName(name)) return t('strategies.nameHint');
  if (validation === null) return t('strategies.validateFirst');
  return validation.isValid ? null : t('strategies.invalid');
}
