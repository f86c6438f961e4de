import { useState } from 'preact/hooks';
import { ActionNote } from '../../components/action-note.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { LivePart } from '../../components/live-part.tsx';
import { useAction } from '../../data/actions.ts';
import type { ChannelView } from '../../data/channels.ts';
import { call } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';
import { SwitchConfirm } from './switch-confirm.tsx';
import { SwitchForm } from './switch-form.tsx';
import { scopeText, SwitchList } from './switch-list.tsx';
import type { SwitchWish } from './switch-wish.ts';

interface KillSwitchDialogProps {
  readonly view: ChannelView<'trading'>;
  readonly onClose: () => void;
}

const FIRST_WISH: SwitchWish = { scope: 'all', what: 'halted', reason: '' };

/** Shows what is in force, takes what is wanted, and asks once more before it is done. */
export function KillSwitchDialog({ view, onClose }: KillSwitchDialogProps) {
  const t = useT();
  const [wish, setWish] = useState(FIRST_WISH);
  const [isReviewed, setIsReviewed] = useState(false);
  const action = useAction();
  const carryOut = async (): Promise<void> => {
    const title = `${t(`kill.do.${wish.what}`)}: ${scopeText(t, wish.scope)}`;
    const { scope, reason, what } = wish;
    const { record } =
      what === 'flatten'
        ? await action.run(
            title,
            () => call('flatten', { body: { scope, reason, confirm: true } }),
            ({ isDone, canceled, closed }) =>
              t(isDone ? 'kill.flattenDone' : 'kill.flattenOpen', {
                canceled: canceled.length,
                closed: closed.length,
              }),
          )
        : await action.run(
            title,
            () =>
              call('setKillSwitch', {
                body: { scope, reason, state: what, ...(what === 'active' && { confirm: true }) },
              }),
            ({ kept }) => (kept ? '' : t('kill.notKept')),
          );
    if (record.status !== 'applied') return;
    setIsReviewed(false);
    setWish(FIRST_WISH);
  };
  return (
    <Dialog title={t('kill.title')} onClose={onClose}>
      <LivePart of={view}>
        {view.data !== null && (
          <SwitchList
            status={view.data}
            onLift={(scope) => {
              action.clear();
              setIsReviewed(false);
              setWish({ scope, what: 'active', reason: '' });
            }}
          />
        )}
      </LivePart>
      {isReviewed ? (
        <SwitchConfirm
          wish={wish}
          isAsked={action.isAsked}
          onBack={() => setIsReviewed(false)}
          onConfirm={() => void carryOut()}
        />
      ) : (
        <SwitchForm
          wish={wish}
          onWish={setWish}
          onReview={() => {
            action.clear();
            setIsReviewed(true);
          }}
        />
      )}
      <ActionNote record={action.record} />
    </Dialog>
  );
}
