import type { ActionRecord, ActionStatus } from '../data/actions.ts';
import type { Key } from '../i18n/en.ts';
import { useT, type Translate } from '../i18n/translate.ts';
import { Icon } from './icon.tsx';
import { TONE_ICONS, type Tone } from './notice.tsx';

export const ACTION_TONES: Readonly<Record<ActionStatus, Tone>> = {
  asked: 'busy',
  applied: 'good',
  partly: 'warn',
  rejected: 'bad',
  'timed-out': 'warn',
  unknown: 'warn',
};

/** What is known of an action beyond its status: why, and the state as it is known. */
export function detailText(t: Translate, { status, detail, problem }: ActionRecord): string {
  const text = status === 'unknown' ? t('action.unknownDetail', { reason: detail }) : detail;
  const state = problem?.state;
  if (state === undefined) return text;
  const key = `state.${state}` as Key;
  return `${text} · ${t('action.stateNow', { state: (t as (key: Key) => string)(key) })}`;
}

/** How something that was asked of the server stands, beside what asked for it. */
export function ActionNote({ record }: { readonly record: ActionRecord | null }) {
  const t = useT();
  return (
    <div class="action-note" role="status">
      {record !== null && (
        <p class={`action-line tone-${ACTION_TONES[record.status]}`}>
          <Icon name={TONE_ICONS[ACTION_TONES[record.status]]} />
          <span>
            <strong>{t(`action.${record.status}`)}</strong> {detailText(t, record)}
          </span>
        </p>
      )}
    </div>
  );
}
