import { useState } from 'preact/hooks';
import { ActionNote } from '../../components/action-note.tsx';
import { ActionButton, Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { SelectField, TextField } from '../../components/field.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { Notice } from '../../components/notice.tsx';
import { useAction } from '../../data/actions.ts';
import { ROLES, type Role } from '../../data/roles.ts';
import { call } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';

/** Makes a token, and shows its text this once. */
export function NewTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const action = useAction();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('read');
  const [made, setMade] = useState<{ readonly name: string; readonly text: string } | null>(null);
  const make = async (): Promise<void> => {
    const body = { name, role };
    const title = `${t('system.newToken')}: ${name}`;
    const { answer } = await action.run(title, () => call('createToken', { body }));
    if (answer !== null) setMade({ name: answer.token.name, text: answer.text });
  };
  return (
    <Dialog title={t('system.newToken')} onClose={onClose}>
      {made === null ? (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void make();
          }}
        >
          <TextField
            label={t('system.name')}
            value={name}
            onValue={setName}
            isRequired
            maxLength={64}
          />
          <SelectField
            label={t('system.role')}
            value={role}
            onValue={(value) => setRole(value as Role)}
            options={ROLES.map((one) => [one, one] as const)}
          />
          <HindranceNote needs="admin" />
          <div class="dialog-actions">
            <Button onPress={onClose}>{t('common.cancel')}</Button>
            <ActionButton needs="admin" type="submit" look="primary" isAsked={action.isAsked}>
              {t('system.makeToken')}
            </ActionButton>
          </div>
        </form>
      ) : (
        <MadeToken made={made} onClose={onClose} />
      )}
      <ActionNote record={action.record} />
    </Dialog>
  );
}

interface MadeTokenProps {
  readonly made: { readonly name: string; readonly text: string };
  readonly onClose: () => void;
}

function MadeToken({ made: { name, text }, onClose }: MadeTokenProps) {
  const t = useT();
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied('yes'),
      () => setCopied('no'),
    );
  };
  return (
    <>
      <Notice tone="warn">{t('system.tokenText', { name })}</Notice>
      <p>
        <code class="token-text">{text}</code>
      </p>
      <p role="status">
        {copied === 'yes' && t('system.copied')}
        {copied === 'no' && t('system.notCopied')}
      </p>
      <div class="dialog-actions">
        <Button onPress={copy}>{t('system.copy')}</Button>
        <Button look="primary" onPress={onClose}>
          {t('common.close')}
        </Button>
      </div>
    </>
  );
}
