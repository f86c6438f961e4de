import { useState } from 'preact/hooks';
import { ActionButton } from '../../components/button.tsx';
import { Choice } from '../../components/choice.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { scopeText } from './switch-list.tsx';
import { DEED_ROLES, SWITCH_DEEDS, type SwitchWish } from './switch-wish.ts';

interface SwitchFormProps {
  readonly wish: SwitchWish;
  readonly onWish: (wish: SwitchWish) => void;
  readonly onReview: () => void;
}

const MAX_REASON = 500;

/** What, where and why. */
export function SwitchForm({ wish, onWish, onReview }: SwitchFormProps) {
  const t = useT();
  const { data } = useChannel({ channel: 'workers' });
  const [isMissing, setIsMissing] = useState(false);
  const ids = [...(data?.workers.keys() ?? [])].toSorted();
  const scopes = new Set(['all', 'account', wish.scope, ...ids.map((id) => `strategy:${id}`)]);
  return (
    <form
      class="switch-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (wish.reason.trim() === '') setIsMissing(true);
        else onReview();
      }}
    >
      <Choice
        legend={t('kill.what')}
        value={wish.what}
        onValue={(what) => onWish({ ...wish, what })}
        options={SWITCH_DEEDS.map((deed) => ({
          value: deed,
          text: t(`kill.do.${deed}`),
          hint: t(`kill.do.${deed}.text`),
        }))}
      />
      <SelectField
        label={t('kill.scope')}
        value={wish.scope}
        onValue={(scope) => onWish({ ...wish, scope })}
        options={[...scopes].map((scope) => [scope, scopeText(t, scope)])}
      />
      <TextField
        label={t('kill.reason')}
        hint={t('kill.reasonHint')}
        fault={isMissing && wish.reason.trim() === '' ? t('kill.reasonMissing') : undefined}
        value={wish.reason}
        maxLength={MAX_REASON}
        isRequired
        onValue={(reason) => onWish({ ...wish, reason })}
      />
      <HindranceNote needs={DEED_ROLES[wish.what]} isUrgent />
      <div class="dialog-actions">
        <ActionButton needs={DEED_ROLES[wish.what]} isUrgent type="submit" look="danger">
          {t('kill.review')}
        </ActionButton>
      </div>
    </form>
  );
}
