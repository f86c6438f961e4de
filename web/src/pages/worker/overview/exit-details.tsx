import type { WorkerExitView } from '../../../../../src/client/index.ts';
import { Disclosure } from '../../../components/disclosure.tsx';
import { useT } from '../../../i18n/translate.ts';

/** How a process ended: cause, reason, place, and the last that it wrote. */
export function ExitDetails({ exit }: { readonly exit: WorkerExitView }) {
  const t = useT();
  const { cause, reason, code, signal, stoppedBy, stderrTail, place } = exit;
  const facts = [
    code === null ? '' : t('worker.exitCode', { code }),
    signal === null ? '' : t('worker.exitSignal', { signal }),
    stoppedBy === null ? '' : t('worker.stoppedBy', { by: stoppedBy }),
  ].filter((fact) => fact !== '');
  return (
    <>
      <p>
        <code>{cause}</code> {reason}
      </p>
      {place !== null && <p class="mono quiet">{t('worker.exitPlace', { place })}</p>}
      {facts.length > 0 && <p class="quiet">{facts.join(' · ')}</p>}
      {stderrTail.trim() !== '' && (
        <Disclosure summary={t('worker.stderr')}>
          <pre class="stack">{stderrTail}</pre>
        </Disclosure>
      )}
    </>
  );
}
