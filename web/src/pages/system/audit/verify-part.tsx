import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../../src/client/index.ts';
import { ActionButton } from '../../../components/button.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useAction } from '../../../data/actions.ts';
import { clockText } from '../../../data/format.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';

interface Verified {
  readonly answer: AnswerOf<'verifyAudit'>;
  readonly at: number;
}

/** Has the server check that nothing in the audit log was changed or taken out. */
export function VerifyPart() {
  const t = useT();
  const { isAsked, run } = useAction();
  const [verified, setVerified] = useState<Verified | null>(null);
  const verify = async (): Promise<void> => {
    setVerified(null);
    const { answer } = await run(
      t('system.verify'),
      () => call('verifyAudit'),
      ({ isWhole }) =>
        isWhole ? t('system.whole') : { status: 'rejected', detail: t('system.notWhole') },
    );
    if (answer !== null) setVerified({ answer, at: Date.now() });
  };
  return (
    <>
      <div class="page-tools">
        <ActionButton needs="operate" icon="check" isAsked={isAsked} onPress={() => void verify()}>
          {t('system.verify')}
        </ActionButton>
      </div>
      <div role="status">{verified !== null && <Verdict {...verified} />}</div>
    </>
  );
}

function Verdict({ answer: { isWhole, count, firstBad, head }, at }: Verified) {
  const t = useT();
  return (
    <Notice tone={isWhole ? 'good' : 'bad'}>
      <p>
        <strong>{t(isWhole ? 'system.whole' : 'system.notWhole')}</strong>{' '}
        {firstBad === null
          ? t('system.entries', { count })
          : t('system.firstBad', { seq: firstBad, count })}{' '}
        <span class="quiet">{t('common.asOf', { time: clockText(at) })}</span>
      </p>
      <p>
        {t('system.head')} <code>{head}</code>
      </p>
    </Notice>
  );
}
