import { useState } from 'preact/hooks';
import type { Worker } from '../../../../../src/client/index.ts';
import { hrefOf } from '../../../app/route.ts';
import { ActionButton } from '../../../components/button.tsx';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { useAction } from '../../../data/actions.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';
import {
  DEED_ICONS,
  DEED_OPERATIONS,
  deedsIn,
  type WorkerDeed,
} from '../../fleet/worker-actions.ts';
import { AskDialog } from './ask-dialog.tsx';
import { CloneDialog } from './clone-dialog.tsx';

type Confirmed = 'stop' | 'restart' | 'delete';
type Opened = Confirmed | 'clone' | 'signal' | 'command';

function isConfirmed(deed: string): deed is Confirmed {
  return deed === 'stop' || deed === 'restart' || deed === 'delete';
}

/** Everything that can be asked of a worker. Its state changes when the server says so. */
export function WorkerActions({ worker }: { readonly worker: Worker }) {
  const t = useT();
  const { id, state, pid } = worker;
  const { isAsked, run } = useAction();
  const [opened, setOpened] = useState<Opened | null>(null);
  const carryOut = async (deed: WorkerDeed | 'delete'): Promise<void> => {
    setOpened(null);
    const title = t('fleet.doOne', { what: t(`fleet.do.${deed}`), id });
    if (deed !== 'delete') {
      await run(title, () => call(DEED_OPERATIONS[deed], { params: { id } }));
      return;
    }
    const { record } = await run(title, () => call('deleteWorker', { params: { id } }));
    if (record.status === 'applied') location.hash = hrefOf(['fleet']);
  };
  const canReload = state === 'running' || state === 'paused';
  const deeds = [...deedsIn(state), ...(canReload ? (['reload'] as const) : [])];
  return (
    <div class="page-tools">
      <div class="button-group">
        {deeds.map((deed) => (
          <ActionButton
            key={deed}
            needs="operate"
            icon={DEED_ICONS[deed]}
            isAsked={isAsked}
            onPress={() => (isConfirmed(deed) ? setOpened(deed) : void carryOut(deed))}
          >
            {t(`fleet.do.${deed}`)}
          </ActionButton>
        ))}
      </div>
      <OtherButtons pid={pid} isAsked={isAsked} onOpen={setOpened} />
      {opened !== null && (
        <OpenedDialog
          id={id}
          opened={opened}
          onClose={() => setOpened(null)}
          onConfirm={(deed) => void carryOut(deed)}
        />
      )}
    </div>
  );
}

interface OtherButtonsProps {
  readonly pid: number | null;
  readonly isAsked: boolean;
  readonly onOpen: (what: Opened) => void;
}

/** What is asked for in a dialog of its own. */
function OtherButtons({ pid, isAsked, onOpen }: OtherButtonsProps) {
  const t = useT();
  return (
    <>
      <div class="button-group">
        {(['signal', 'command'] as const).map((kind) => (
          <ActionButton
            key={kind}
            needs="trade"
            hindrance={pid === null ? t('worker.noProcess') : null}
            onPress={() => onOpen(kind)}
          >
            {t(`worker.${kind}`)}…
          </ActionButton>
        ))}
      </div>
      <div class="button-group">
        <ActionButton needs="operate" icon="plus" onPress={() => onOpen('clone')}>
          {t('worker.clone')}
        </ActionButton>
        <ActionButton
          needs="operate"
          icon="bin"
          isAsked={isAsked}
          hindrance={pid === null ? null : t('worker.stopFirst')}
          onPress={() => onOpen('delete')}
        >
          {t('fleet.do.delete')}
        </ActionButton>
      </div>
    </>
  );
}

interface OpenedDialogProps {
  readonly id: string;
  readonly opened: Opened;
  readonly onClose: () => void;
  readonly onConfirm: (deed: Confirmed) => void;
}

function OpenedDialog({ id, opened, onClose, onConfirm }: OpenedDialogProps) {
  const t = useT();
  if (opened === 'clone') return <CloneDialog id={id} onClose={onClose} />;
  if (!isConfirmed(opened)) return <AskDialog id={id} kind={opened} onClose={onClose} />;
  const name = t('fleet.doOne', { what: t(`fleet.do.${opened}`), id });
  return (
    <ConfirmDialog
      title={t('worker.sure', { what: name })}
      confirm={name}
      needs="operate"
      onClose={onClose}
      onConfirm={() => onConfirm(opened)}
    >
      <p>{t(`worker.sure.${opened}`)}</p>
    </ConfirmDialog>
  );
}
