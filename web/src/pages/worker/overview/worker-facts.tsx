import type { Worker } from '../../../../../src/client/index.ts';
import { Fact, Facts } from '../../../components/facts.tsx';
import { Time } from '../../../components/time.tsx';
import { NONE } from '../../../data/format.ts';
import { useT } from '../../../i18n/translate.ts';

/** What a worker is, in words. */
export function WorkerFacts({ worker }: { readonly worker: Worker }) {
  const t = useT();
  const { pid, dataTypes, symbols, lastPrice, createdAt, startedAt, stoppedAt, since } = worker;
  return (
    <Facts>
      <Fact name={t('worker.since')}>
        <Time at={since} />
      </Fact>
      <Fact name={t('worker.pid')}>
        <span class="number">{pid ?? NONE}</span>
      </Fact>
      <Fact name={t('fleet.column.symbols')}>
        <span class="mono">{symbols.join(', ')}</span>
      </Fact>
      <Fact name={t('worker.dataTypes')}>
        <span class="mono">{dataTypes.join(', ')}</span>
      </Fact>
      <Fact name={t('worker.lastPrice')}>
        <span class="number">{lastPrice ?? NONE}</span>
      </Fact>
      <Fact name={t('worker.lastHeartbeat')}>
        <Time at={worker.lastHeartbeatAt} />
      </Fact>
      <Fact name={t('worker.createdAt')}>
        <Time at={createdAt} />
      </Fact>
      <Fact name={t('worker.startedAt')}>
        <Time at={startedAt} />
      </Fact>
      <Fact name={t('worker.stoppedAt')}>
        <Time at={stoppedAt} />
      </Fact>
    </Facts>
  );
}
