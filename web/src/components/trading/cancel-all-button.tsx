import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/client/index.ts';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';
import { ActionButton } from '../button.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { outcomesText } from './order-outcome.ts';

interface CancelAllButtonProps {
  /** Only orders of it. @default of all */
  readonly workerId?: string;
  /** Only orders in it. @default in all */
  readonly symbol?: string;
  /** How many are in sight. */
  readonly count: number;
  /** Why it can't be asked for now. */
  readonly hindrance?: string | null;
  /** Hears what became of each. */
  readonly onOutcomes?: (outcomes: AnswerOf<'cancelOrders'>['outcomes']) => void;
}

/** Cancels the open orders of a worker, of a symbol or of all, after asking once more. */
export function CancelAllButton(props: CancelAllButtonProps) {
  const { workerId = '', symbol = '', count, hindrance = null, onOutcomes } = props;
  const t = useT();
  const { isAsked, run } = useAction();
  const [isOpen, setIsOpen] = useState(false);
  const whose = [workerId, symbol].filter((part) => part !== '').join(' · ');
  const title = t('parts.cancelAll', { whose: whose === '' ? t('parts.everybody') : whose });
  const confirm = async (): Promise<void> => {
    setIsOpen(false);
    const body = { ...(workerId !== '' && { workerId }), ...(symbol !== '' && { symbol }) };
    const { answer } = await run(
      title,
      () => call('cancelOrders', { body }),
      ({ outcomes }) => outcomesText(t, outcomes),
    );
    if (answer !== null) onOutcomes?.(answer.outcomes);
  };
  return (
    <>
      <ActionButton
        needs="operate"
        icon="cross"
        isAsked={isAsked}
        hindrance={hindrance}
        onPress={() => setIsOpen(true)}
      >
        {title}
      </ActionButton>
      {isOpen && (
        <ConfirmDialog
          title={`${title}?`}
          confirm={title}
          needs="operate"
          onClose={() => setIsOpen(false)}
          onConfirm={() => void confirm()}
        >
          <p>{t('parts.cancelAllText', { count })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
