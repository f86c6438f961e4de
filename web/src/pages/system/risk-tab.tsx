import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/section.tsx';
import { TextArea } from '../../components/text-area.tsx';
import { useAction } from '../../data/actions.ts';
import { groupDecimal } from '../../data/decimal.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { riskRows } from './risk-rows.ts';

type RiskConfig = AnswerOf<'getRisk'>;

const EXAMPLE =
  '{ "account": { "maxDailyLoss": "500" }, "strategy": { "maxOrderNotional": "1000" } }';

/** The limits in force; an admin changes them. */
export function RiskTab() {
  const t = useT();
  const answer = useAnswer('getRisk');
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Section
      title={t('system.tab.risk')}
      tools={
        <ActionButton needs="admin" onPress={() => setIsOpen(true)}>
          {t('system.editRisk')}
        </ActionButton>
      }
    >
      <p class="quiet">{t('system.riskText')}</p>
      <AnswerPart of={answer}>
        {(limits) => (
          <>
            <DataTable
              caption={t('system.tab.risk')}
              columns={[
                { id: 'limit', head: t('system.limit'), cell: ({ limit }) => <code>{limit}</code> },
                { id: 'scope', head: t('system.scope'), cell: ({ scope }) => <code>{scope}</code> },
                {
                  id: 'value',
                  head: t('system.value'),
                  isNumber: true,
                  cell: ({ value }) => groupDecimal(value),
                },
              ]}
              rows={riskRows(limits)}
              keyOf={({ scope, limit }) => `${scope} ${limit}`}
              none={t('system.noLimits')}
            />
            {isOpen && (
              <RiskDialog
                limits={limits}
                onClose={() => setIsOpen(false)}
                onDone={() => {
                  setIsOpen(false);
                  answer.reload();
                }}
              />
            )}
          </>
        )}
      </AnswerPart>
    </Section>
  );
}

interface RiskDialogProps {
  readonly limits: RiskConfig;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function RiskDialog({ limits, onClose, onDone }: RiskDialogProps) {
  const t = useT();
  const action = useAction();
  const [text, setText] = useState(() => JSON.stringify(limits, null, 2));
  const [fault, setFault] = useState<string>();
  const apply = async (): Promise<void> => {
    let wanted: RiskConfig;
    try {
      wanted = JSON.parse(text) as RiskConfig;
    } catch (thrown) {
      setFault(t('system.riskBad', { reason: (thrown as Error).message }));
      return;
    }
    setFault(undefined);
    const body = { limits: wanted, confirm: true as const };
    const { record } = await action.run(t('system.editRisk'), () => call('putRisk', { body }));
    if (record.status === 'applied') onDone();
    else setFault(record.detail);
  };
  return (
    <ConfirmDialog
      title={t('system.editRisk')}
      confirm={t('system.applyRisk')}
      needs="admin"
      isAsked={action.isAsked}
      onClose={onClose}
      onConfirm={() => void apply()}
    >
      <TextArea
        label={t('system.riskJson')}
        hint={t('system.riskHint', { example: EXAMPLE })}
        value={text}
        onValue={setText}
        fault={fault}
        rows={12}
      />
      <p>{t('system.riskSure')}</p>
      <ActionNote record={action.record} />
    </ConfirmDialog>
  );
}
