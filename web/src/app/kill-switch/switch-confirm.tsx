import { useEffect, useRef, useState } from 'preact/hooks';
import { ActionButton, Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { useT } from '../../i18n/translate.ts';
import { scopeText } from './switch-list.tsx';
import { DEED_ROLES, TYPED_DEEDS, type SwitchWish } from './switch-wish.ts';

interface SwitchConfirmProps {
  readonly wish: SwitchWish;
  readonly isAsked: boolean;
  readonly onBack: () => void;
  readonly onConfirm: () => void;
}

/** Says what is about to be done, and waits for a second yes. */
export function SwitchConfirm({ wish, isAsked, onBack, onConfirm }: SwitchConfirmProps) {
  const t = useT();
  const [typed, setTyped] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const what = t(`kill.do.${wish.what}`);
  const word = wish.scope.replace(/^strategy:/, '');
  const isTyped = !TYPED_DEEDS.has(wish.what) || typed.trim() === word;
  return (
    <form
      class="switch-confirm"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isTyped && !isAsked) onConfirm();
      }}
    >
      <h3 tabIndex={-1} ref={heading}>
        {t('kill.sure', { what, scope: scopeText(t, wish.scope) })}
      </h3>
      <p>{t(`kill.do.${wish.what}.text`)}</p>
      <p>
        {t('kill.reason')}: <q>{wish.reason}</q>
      </p>
      {TYPED_DEEDS.has(wish.what) && (
        <TextField
          label={t('kill.typeToConfirm', { word })}
          value={typed}
          onValue={setTyped}
          isRequired
        />
      )}
      <HindranceNote needs={DEED_ROLES[wish.what]} isUrgent />
      <div class="dialog-actions">
        <Button onPress={onBack}>{t('common.back')}</Button>
        <ActionButton
          needs={DEED_ROLES[wish.what]}
          isUrgent
          type="submit"
          look="danger"
          isAsked={isAsked}
          hindrance={isTyped ? null : t('kill.typeToConfirm', { word })}
        >
          {t('kill.confirm', { what })}
        </ActionButton>
      </div>
    </form>
  );
}
