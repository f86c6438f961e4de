import { Field, SelectField, TextField } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { useT } from '../../i18n/translate.ts';
import { EXTENSIONS, isStrategyName, nameOfFile, type Extension } from './source-draft.ts';

export interface UploadDraft {
  readonly name: string;
  readonly source: string;
  readonly extension: Extension;
}

interface UploadFieldsProps {
  readonly draft: UploadDraft;
  readonly isNameFixed: boolean;
  readonly isTaken: boolean;
  readonly onChange: (part: Partial<UploadDraft>) => void;
}

/** Name, kind and text of a strategy; a file fills them in. */
export function UploadFields({ draft, isNameFixed, isTaken, onChange }: UploadFieldsProps) {
  const t = useT();
  const { name, source, extension } = draft;
  const take = async (file: File): Promise<void> => {
    const suggested = nameOfFile(file.name);
    onChange({
      source: await file.text(),
      ...(suggested.name !== null && !isNameFixed && { name: suggested.name }),
      ...(suggested.extension !== null && { extension: suggested.extension }),
    });
  };
  return (
    <>
      <Field label={t('strategies.file')} hint={t('strategies.fileHint')}>
        {({ id, describedBy }) => (
          <input
            class="file-input"
            id={id}
            type="file"
            accept={EXTENSIONS.map((one) => `.${one}`).join(',')}
            aria-describedby={describedBy}
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              if (file !== undefined) void take(file);
            }}
          />
        )}
      </Field>
      {!isNameFixed && (
        <TextField
          label={t('strategies.name')}
          isRequired
          maxLength={64}
          hint={t('strategies.nameHint')}
          fault={name === '' || isStrategyName(name) ? undefined : t('strategies.nameHint')}
          value={name}
          onValue={(next) => onChange({ name: next })}
        />
      )}
      {isTaken && <Notice tone="warn">{t('strategies.taken', { name })}</Notice>}
      <SelectField
        label={t('strategies.kind')}
        value={extension}
        onValue={(next) => onChange({ extension: next as Extension })}
        options={EXTENSIONS.map((one) => [one, `.${one}`])}
      />
      <TextArea
        label={t('strategies.source')}
        isRequired
        rows={16}
        value={source}
        onValue={(next) => onChange({ source: next })}
      />
    </>
  );
}
