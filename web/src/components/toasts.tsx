import { useLayoutEffect, useRef } from 'preact/hooks';
import { actionStore, dismiss, type ActionRecord } from '../data/actions.ts';
import { useStore } from '../data/store.ts';
import { useT } from '../i18n/translate.ts';
import { ACTION_TONES, detailText } from './action-note.tsx';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import { TONE_ICONS } from './notice.tsx';

/** More would cover the page. */
const MAX_SHOWN = 5;

/** What was asked of the server lately, and how it stands. What failed stays until somebody has read it. */
export function Toasts() {
  const t = useT();
  const records = useStore(actionStore).slice(-MAX_SHOWN);
  const place = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // Shown anew with each change: whatever was shown last lies above everything else, dialogs too.
    place.current?.hidePopover();
    if (records.length > 0) place.current?.showPopover();
  }, [records.map(({ id, status }) => `${id} ${status}`).join()]);
  return (
    <section
      class="toasts"
      popover="manual"
      ref={place}
      aria-label={t('action.list')}
      role="log"
      aria-live="polite"
    >
      {records.map((record) => (
        <Toast key={record.id} record={record} />
      ))}
    </section>
  );
}

function Toast({ record }: { readonly record: ActionRecord }) {
  const t = useT();
  const tone = ACTION_TONES[record.status];
  const detail = detailText(t, record);
  return (
    <div class={`toast tone-${tone}`}>
      <Icon name={TONE_ICONS[tone]} />
      <div class="toast-text">
        <p>
          <strong>{record.title}</strong>{' '}
          <span class="toast-status">{t(`action.${record.status}`)}</span>
        </p>
        {detail !== '' && <p class="toast-detail">{detail}</p>}
        {record.problem !== null && <p class="toast-code">{record.problem.code}</p>}
      </div>
      {record.status !== 'asked' && (
        <Button
          look="quiet"
          icon="cross"
          label={t('action.dismiss')}
          onPress={() => dismiss(record.id)}
        />
      )}
    </div>
  );
}
