import { useState } from 'preact/hooks';
import type { TokenView } from '../../../../../src/client/index.ts';
import { ActionNote } from '../../../components/action-note.tsx';
import { ActionButton, Button } from '../../../components/button.tsx';
import { Choice } from '../../../components/choice.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { TextField } from '../../../components/field.tsx';
import { HindranceNote } from '../../../components/hindrance-note.tsx';
import { useAction } from '../../../data/actions.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';
import { TokenText } from './token-text.tsx';

interface NewTokenDialogProps {
  readonly onClose: () => void;
  readonly onMade: () => void;
}

type Role = TokenView['role'];
const ROLES: readonly Role[] = ['read', 'operate', 'trade', 'admin'];

/** Makes a token and shows its text, once. */
export function NewTokenDialog({ onClose, onMade }: NewTokenDialogProps) {
  const t = useT();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('read');
  const [isSubmitted, setIsSubmitted] = useState(false);
  const [text, setText] = useState<string | null>(null);
  const { record, isAsked, run } = useAction();
  const submit = async (): Promise<void> => {
    setIsSubmitted(true);
    if (isAsked || name.trim() === '') return;
    const { answer } = await run(t('system.newToken'), () =>
      call('createToken', { body: { name: name.trim(), role } }),
    );
    if (answer === null) return;
    setText(answer.text);
    onMade();
  };
  if (text !== null) {
    return (
      <Dialog title={t('system.tokenMade', { name: name.trim() })} onClose={onClose}>
        <TokenText text={text} />
        <div class="dialog-actions">
          <Button onPress={onClose}>{t('system.tokenKept')}</Button>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t('system.newToken')} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <TextField
          label={t('system.tokenName')}
          isRequired
          maxLength={64}
          hint={t('system.tokenNameHint')}
          fault={isSubmitted && name.trim() === '' ? t('form.wrong.required') : undefined}
          value={name}
          onValue={setName}
        />
        <Choice
          legend={t('system.tokenRole')}
          value={role}
          onValue={setRole}
          options={ROLES.map((value) => ({
            value,
            text: value,
            hint: t(`system.role.${value}`),
          }))}
        />
        <ActionNote record={record} />
        <HindranceNote needs="admin" />
        <div class="dialog-actions">
          <Button onPress={onClose}>{t('common.cancel')}</Button>
          <ActionButton needs="admin" type="submit" look="primary" isAsked={isAsked}>
            {t('new.submit')}
          </ActionButton>
        </div>
      </form>
    </Dialog>
  );
}
