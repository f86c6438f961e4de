import { useEffect, useRef } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { ActionButton, Button } from '../../components/button.tsx';
import { differencesOf } from '../../components/differences.ts';
import { DifferencesTable } from '../../components/differences-table.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { Notice } from '../../components/notice.tsx';
import { draftOf } from '../../components/schema-form/draft.ts';
import type { JsonSchema } from '../../components/schema-form/json-schema.ts';
import { readDraft } from '../../components/schema-form/read-draft.ts';
import { SchemaForm } from '../../components/schema-form/schema-form.tsx';
import { serverFaults } from '../../components/schema-form/server-faults.ts';
import { useSchemaForm } from '../../components/schema-form/use-schema-form.ts';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';

type Params = AnswerOf<'getWorkerParams'>['params'];

interface ParamsFormProps {
  readonly id: string;
  readonly params: Params;
  readonly schema: JsonSchema | null;
  readonly onApplied: () => void;
}

/** Without a schema they are one JSON value. */
const ANYTHING: JsonSchema = { title: 'JSON' };

/** Parameters as a form, what would change, and what came of it. */
export function ParamsForm({ id, params, schema, onApplied }: ParamsFormProps) {
  const t = useT();
  const form = useSchemaForm(schema ?? ANYTHING, params);
  const { record, isAsked, run } = useAction();
  const known = useRef(JSON.stringify(params));
  useEffect(() => {
    const next = JSON.stringify(params);
    // Somebody else may have changed them: what is being typed here is kept.
    if (next !== known.current && !form.isChanged) form.reset(params);
    known.current = next;
  }, [params]);
  const before = readDraft(form.field, draftOf(form.field, params), true);
  const now = readDraft(form.field, form.draft, true);
  const current = before.faults.length === 0 ? before.value : params;
  const differences = now.faults.length === 0 ? differencesOf(current, now.value) : [];
  const submit = async (): Promise<void> => {
    const reading = form.read();
    if (reading === null || isAsked) return;
    const value = reading.value as Params;
    const asked = await run(
      t('params.apply', { id }),
      () => call('putWorkerParams', { params: { id }, body: { params: value } }),
      ({ worker }) => t('new.made', { id, state: t(`state.${worker.state}`) }),
    );
    form.setServerFaults(serverFaults(asked.record.problem, 'params'));
    if (asked.answer === null) return;
    form.reset(asked.answer.worker.params);
    onApplied();
  };
  return (
    <form
      class="form params-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {schema === null && <Notice tone="quiet">{t('params.noSchema')}</Notice>}
      <SchemaForm model={form} />
      <h3>{t('params.changes')}</h3>
      <DifferencesTable differences={differences} />
      {form.faults.size > 0 && (
        <p class="field-fault" role="alert">
          {t('form.faults', { count: form.faults.size })}
        </p>
      )}
      <ActionNote record={record} />
      <HindranceNote needs="operate" />
      <div class="dialog-actions">
        <Button
          hindrance={form.isChanged ? null : t('params.nothingChanged')}
          onPress={() => form.reset(params)}
        >
          {t('params.undo')}
        </Button>
        <ActionButton
          needs="operate"
          type="submit"
          look="primary"
          isAsked={isAsked}
          hindrance={
            now.faults.length === 0 && differences.length === 0 ? t('params.nothingChanged') : null
          }
        >
          {t('params.submit')}
        </ActionButton>
      </div>
    </form>
  );
}
