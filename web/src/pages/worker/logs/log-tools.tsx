import { useState } from 'preact/hooks';
import { ActionButton, Button } from '../../../components/button.tsx';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { SelectField, TextField } from '../../../components/field.tsx';
import { useAction } from '../../../data/actions.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';
import { LOG_LEVELS, type LogLevel } from './log-view.ts';

interface LogToolsProps {
  readonly id: string;
  readonly level: LogLevel | '';
  readonly onLevel: (level: LogLevel | '') => void;
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly isWrapped: boolean;
  readonly onWrap: () => void;
  readonly isPaused: boolean;
  /** Lines that came since it was paused. */
  readonly waiting: number;
  readonly onPause: () => void;
  readonly onCleared: () => void;
}

/** What of a log is shown, and how. */
export function LogTools(props: LogToolsProps) {
  const t = useT();
  const { id, level, search, isWrapped, isPaused, waiting } = props;
  return (
    <div class="toolbar">
      <SelectField
        label={t('logs.level')}
        value={level}
        onValue={(next) => props.onLevel(next as LogLevel | '')}
        options={[
          ['', t('common.all')],
          ...LOG_LEVELS.map((one) => [one, t(`logs.level.${one}`)] as const),
        ]}
      />
      <TextField
        label={t('fleet.search')}
        type="search"
        value={search}
        onValue={props.onSearch}
        placeholder={t('logs.searchHint')}
      />
      <Button icon={isPaused ? 'play' : 'pause'} isPressed={isPaused} onPress={props.onPause}>
        {isPaused ? t('logs.continue', { count: waiting }) : t('logs.pause')}
      </Button>
      <Button isPressed={isWrapped} onPress={props.onWrap}>
        {t('logs.wrap')}
      </Button>
      <ClearLog id={id} onCleared={props.onCleared} />
    </div>
  );
}

interface ClearLogProps {
  readonly id: string;
  readonly onCleared: () => void;
}

function ClearLog({ id, onCleared }: ClearLogProps) {
  const t = useT();
  const { isAsked, run } = useAction();
  const [isOpen, setIsOpen] = useState(false);
  const title = t('logs.clear', { id });
  const clear = async (): Promise<void> => {
    setIsOpen(false);
    const { record } = await run(title, () => call('clearWorkerLogs', { params: { id } }));
    if (record.status === 'applied') onCleared();
  };
  return (
    <>
      <ActionButton needs="operate" icon="bin" isAsked={isAsked} onPress={() => setIsOpen(true)}>
        {t('logs.clearShort')}
      </ActionButton>
      {isOpen && (
        <ConfirmDialog
          title={`${title}?`}
          confirm={title}
          needs="operate"
          onClose={() => setIsOpen(false)}
          onConfirm={() => void clear()}
        >
          <p>{t('logs.clearText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
