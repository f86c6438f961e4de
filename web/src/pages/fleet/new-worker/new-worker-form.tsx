import { useState } from 'preact/hooks';
import type { NewWorker, Validation } from '../../../../../src/client/index.ts';
import { ActionNote } from '../../../components/action-note.tsx';
import { ActionButton, Button } from '../../../components/button.tsx';
import { CheckField, TextField } from '../../../components/field.tsx';
import { HindranceNote } from '../../../components/hindrance-note.tsx';
import type { JsonSchema } from '../../../components/schema-form/json-schema.ts';
import { SchemaForm } from '../../../components/schema-form/schema-form.tsx';
import { serverFaults, type ServerFaults } from '../../../components/schema-form/server-faults.ts';
import { useSchemaForm } from '../../../components/schema-form/use-schema-form.ts';
import { useAction } from '../../../data/actions.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';
import { newWorkerOf, type NewWorkerDraft } from './new-worker.ts';

interface NewWorkerFormProps {
  readonly strategy: string;
  readonly description: NonNullable<Validation['description']>;
  readonly onClose: () => void;
}

const NO_PARAMS: JsonSchema = { type: 'object', properties: {} };

/** Id, market data and parameters of a new worker. */
export function NewWorkerForm({ strategy, description, onClose }: NewWorkerFormProps) {
  const t = useT();
  const [draft, setDraft] = useState<NewWorkerDraft>({
    id: '',
    symbols: '',
    timeframe: '',
    isStarted: true,
  });
  const params = useSchemaForm(description.paramsSchema ?? NO_PARAMS, undefined);
  const action = useAction();
  const faults = serverFaults(action.record?.problem ?? null);
  const change = (part: Partial<NewWorkerDraft>): void => setDraft({ ...draft, ...part });
  const submit = async (): Promise<void> => {
    const reading = params.read();
    if (reading === null || action.isAsked) return;
    const value = description.paramsSchema === null ? undefined : reading.value;
    const body: NewWorker = newWorkerOf(strategy, draft, value);
    const { record, answer } = await action.run(
      t('new.create', { strategy }),
      () => call('createWorker', { body }),
      ({ worker }) => t('new.made', { id: worker.id, state: t(`state.${worker.state}`) }),
    );
    params.setServerFaults(serverFaults(record.problem, 'params'));
    if (answer !== null) onClose();
  };
  return (
    <form
      class="new-worker"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Basics
        draft={draft}
        own={description.symbols.join(', ')}
        faults={faults}
        onChange={change}
      />
      <fieldset class="schema-group">
        <legend>{t('new.params')}</legend>
        <SchemaForm model={params} />
      </fieldset>
      <CheckField
        label={t('new.start')}
        value={draft.isStarted}
        onValue={(isStarted) => change({ isStarted })}
      />
      {params.faults.size > 0 && (
        <p class="field-fault" role="alert">
          {t('form.faults', { count: params.faults.size })}
        </p>
      )}
      <ActionNote record={action.record} />
      <HindranceNote needs="operate" />
      <div class="dialog-actions">
        <Button onPress={onClose}>{t('common.cancel')}</Button>
        <ActionButton needs="operate" type="submit" look="primary" isAsked={action.isAsked}>
          {t('new.submit')}
        </ActionButton>
      </div>
    </form>
  );
}

interface BasicsProps {
  readonly draft: NewWorkerDraft;
  /** Symbols that the strategy names itself. */
  readonly own: string;
  readonly faults: ServerFaults;
  readonly onChange: (part: Partial<NewWorkerDraft>) => void;
}

function Basics({ draft, own, faults, onChange }: BasicsProps) {
  const t = useT();
  return (
    <>
      <TextField
        label={t('new.id')}
        mark={t('form.optional')}
        hint={t('new.idHint')}
        fault={faults.get('id')}
        value={draft.id}
        maxLength={64}
        onValue={(id) => onChange({ id })}
      />
      <TextField
        label={t('new.symbols')}
        mark={own === '' ? undefined : t('form.optional')}
        isRequired={own === ''}
        hint={own === '' ? t('new.symbolsHint') : t('new.symbolsOwn', { symbols: own })}
        placeholder={own === '' ? 'BTC/USDT' : own}
        fault={faults.get('symbols')}
        value={draft.symbols}
        onValue={(symbols) => onChange({ symbols })}
      />
      <TextField
        label={t('new.timeframe')}
        mark={t('form.optional')}
        hint={t('new.timeframeHint')}
        fault={faults.get('timeframe')}
        value={draft.timeframe}
        maxLength={8}
        onValue={(timeframe) => onChange({ timeframe })}
      />
    </>
  );
}
