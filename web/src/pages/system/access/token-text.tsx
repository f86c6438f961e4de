import { useState } from 'preact/hooks';
import { Button } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useT } from '../../../i18n/translate.ts';

/** A secret that is never shown again, and a way to take it along. */
export function TokenText({ text }: { readonly text: string }) {
  const t = useT();
  const [state, setState] = useState<'none' | 'copied' | 'failed'>('none');
  const copy = async (): Promise<void> => {
    try {
      // There is none where the page does not come over TLS or from this machine.
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      setState('failed');
    }
  };
  return (
    <>
      <Notice tone="warn">{t('system.tokenOnce')}</Notice>
      <code class="token-text">{text}</code>
      <div class="page-tools">
        <Button icon="check" onPress={() => void copy()}>
          {t('system.copy')}
        </Button>
        <span role="status">{state !== 'none' && t(`system.${state}`)}</span>
      </div>
    </>
  );
}
