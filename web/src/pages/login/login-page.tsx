import { useState } from 'preact/hooks';
import { ApiCallError } from '../../../../src/client/index.ts';
import { Preferences } from '../../app/preferences.tsx';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/field.tsx';
import { Notice } from '../../components/notice.tsx';
import { login } from '../../data/session.ts';
import { useT } from '../../i18n/translate.ts';

/** Asks for a token and begins a session with it. */
export function LoginPage({ hasEnded }: { readonly hasEnded: boolean }) {
  const t = useT();
  const [token, setToken] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [fault, setFault] = useState<string | undefined>();
  const submit = async (): Promise<void> => {
    if (isBusy) return;
    if (token.trim() === '') return setFault(t('login.missing'));
    setIsBusy(true);
    setFault(undefined);
    try {
      await login(token.trim());
    } catch (thrown) {
      const isWrong = thrown instanceof ApiCallError && thrown.status === 401;
      const reason = (thrown as Error).message;
      setFault(isWrong ? t('login.wrong') : t('login.failed', { reason }));
      setIsBusy(false);
    }
  };
  return (
    <main class="alone login">
      <form
        class="login-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p class="brand">
          <span class="brand-mark" aria-hidden="true">
            <i />
            <i />
            <i />
            <i />
          </span>
          QuantCell
        </p>
        <h1>{t('login.title')}</h1>
        <p class="quiet">{t('login.lead')}</p>
        {hasEnded && <Notice tone="warn">{t('login.ended')}</Notice>}
        <TextField
          label={t('login.token')}
          type="password"
          autoComplete="current-password"
          hint={t('login.hint')}
          value={token}
          onValue={setToken}
          isRequired
        />
        <div role="alert">{fault !== undefined && <Notice tone="warn">{fault}</Notice>}</div>
        <Button type="submit" look="primary">
          {isBusy ? t('login.busy') : t('login.submit')}
        </Button>
      </form>
      <Preferences />
    </main>
  );
}
