import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../../src/client/index.ts';
import { ActionNote } from '../../../components/action-note.tsx';
import { ActionButton, Button } from '../../../components/button.tsx';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { differencesOf, type Difference } from '../../../components/differences.ts';
import { DifferencesTable } from '../../../components/differences-table.tsx';
import { HindranceNote } from '../../../components/hindrance-note.tsx';
import { SchemaForm } from '../../../components/schema-form/schema-form.tsx';
import { serverFaults } from '../../../components/schema-form/server-faults.ts';
import { useSchemaForm } from '../../../components/schema-form/use-schema-form.ts';
import { useAction } from '../../../data/actions.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';
import { riskSchema, withTexts } from './risk-schema.ts';

type RiskConfig = AnswerOf<'getRisk'>;

interface RiskFormProps {
  readonly limits: RiskConfig;
  readonly onClose: () => void;
  readonly onApplied: () => void;
}

interface Wanted {
  readonly limits: RiskConfig;
  readonly differences: readonly Difference[];
}

/** Other limits: what would change is shown before it is asked for. */
export function RiskForm({ limits, onClose, onApplied }: RiskFormProps) {
  const t = useT();
  const schema = riskSchema({
    strategy: t('system.limitsStrategy'),
    strategies: t('system.limitsStrategies'),
    account: t('system.limitsAccount'),
    all: t('system.limitsAll'),
  });
  const form = useSchemaForm(schema, withTexts(limits));
  const [wanted, setWanted] = useState<Wanted | null>(null);
  const { record, isAsked, run } = useAction();
  const review = (): void => {
    const reading = form.read();
    if (reading === null) return;
    const next = reading.value as RiskConfig;
    setWanted({ limits: next, differences: differencesOf(withTexts(limits), next) });
  };
  const apply = async (next: RiskConfig): Promise<void> => {
    setWanted(null);
    const asked = await run(t('system.changeLimits'), () =>
      call('putRisk', { body: { limits: next, confirm: true } }),
    );
    form.setServerFaults(serverFaults(asked.record.problem, 'limits'));
    if (asked.answer !== null) onApplied();
  };
  return (
    <form
      class="form risk-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        review();
      }}
    >
      <p class="quiet">{t('system.limitsText')}</p>
      <SchemaForm model={form} />
      {form.faults.size > 0 && (
        <p class="field-fault" role="alert">
          {t('form.faults', { count: form.faults.size })}
        </p>
      )}
      <ActionNote record={record} />
      <HindranceNote needs="admin" />
      <div class="dialog-actions">
        <Button onPress={onClose}>{t('common.cancel')}</Button>
        <ActionButton needs="admin" type="submit" look="primary" isAsked={isAsked}>
          {t('kill.review')}
        </ActionButton>
      </div>
      {wanted !== null && (
        <ConfirmDialog
          title={t('system.limitsSure')}
          confirm={t('system.limitsApply')}
          needs="admin"
          onClose={() => setWanted(null)}
          onConfirm={() => void apply(wanted.limits)}
        >
          <p>{t('system.limitsSureText')}</p>
          <DifferencesTable differences={wanted.differences} />
        </ConfirmDialog>
      )}
    </form>
  );
}
