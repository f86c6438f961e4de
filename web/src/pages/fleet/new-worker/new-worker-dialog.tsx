import { useState } from 'preact/hooks';
import { Dialog } from '../../../components/dialog.tsx';
import { SelectField } from '../../../components/field.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';
import { NewWorkerForm } from './new-worker-form.tsx';

interface NewWorkerDialogProps {
  readonly onClose: () => void;
  /** Chosen at first. @default the first one */
  readonly strategy?: string;
}

/** Chooses a strategy, and how a worker of it is to run. */
export function NewWorkerDialog({ onClose, strategy }: NewWorkerDialogProps) {
  const t = useT();
  const strategies = useAnswer('listStrategies');
  const names = strategies.data?.items.map(({ name }) => name).toSorted() ?? [];
  const [wanted, setWanted] = useState<string | null>(strategy ?? null);
  const name = wanted ?? names[0] ?? null;
  return (
    <Dialog title={t('new.title')} onClose={onClose}>
      {strategies.error !== null && (
        <Notice tone="bad">{t('common.failed', { reason: strategies.error.message })}</Notice>
      )}
      {strategies.data === null && strategies.isLoading && (
        <p class="quiet">{t('common.loading')}</p>
      )}
      {strategies.data !== null && names.length === 0 && (
        <Notice tone="warn">{t('new.noStrategies')}</Notice>
      )}
      {name !== null && (
        <>
          <SelectField
            label={t('new.strategy')}
            value={name}
            onValue={setWanted}
            options={names.map((option) => [option, option])}
          />
          <StrategyPart key={name} name={name} onClose={onClose} />
        </>
      )}
    </Dialog>
  );
}

interface StrategyPartProps extends Pick<NewWorkerDialogProps, 'onClose'> {
  readonly name: string;
}

/** What a strategy says of itself has to be known before there is a form for it. */
function StrategyPart({ name, onClose }: StrategyPartProps) {
  const t = useT();
  const { data, error, isLoading } = useAnswer('getStrategy', { params: { name } });
  if (error !== null) {
    return <Notice tone="bad">{t('common.failed', { reason: error.message })}</Notice>;
  }
  if (data === null) return isLoading ? <p class="quiet">{t('common.loading')}</p> : null;
  const { description, faults } = data.validation;
  if (description === null) {
    const reason = faults.map(({ message }) => message).join('; ');
    return <Notice tone="bad">{t('new.invalid', { reason })}</Notice>;
  }
  return <NewWorkerForm strategy={name} description={description} onClose={onClose} />;
}
