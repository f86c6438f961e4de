import type { Worker } from '../../../../../src/client/index.ts';
import { Disclosure } from '../../../components/disclosure.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Time } from '../../../components/time.tsx';
import { useT } from '../../../i18n/translate.ts';
import { ExitDetails } from './exit-details.tsx';

/** The last error of a strategy with its stack, and the last end of a process that nobody asked for. */
export function LastFault({ worker: { lastError, lastExit } }: { readonly worker: Worker }) {
  const t = useT();
  const exit = lastExit === null || lastExit.expected ? null : lastExit;
  return (
    <>
      {lastError !== null && (
        <Notice tone="warn">
          <p>
            <strong>{t('worker.lastError')}</strong> · <Time at={lastError.at} /> ·{' '}
            <code>{lastError.where}</code>
          </p>
          <p>{lastError.message}</p>
          <Disclosure summary={t('worker.stack')}>
            <pre class="stack">{lastError.stack}</pre>
          </Disclosure>
        </Notice>
      )}
      {exit !== null && (
        <Notice tone="warn">
          <p>
            <strong>{t('worker.lastExit')}</strong> · <Time at={exit.at} />
          </p>
          <ExitDetails exit={exit} />
        </Notice>
      )}
    </>
  );
}
