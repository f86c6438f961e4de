import type { SystemInfo } from '../../../../../src/client/index.ts';
import { Fact, Facts } from '../../../components/facts.tsx';
import { Time } from '../../../components/time.tsx';
import { bytesText, millisText, rateText, shareText, spanText } from '../../../data/format.ts';
import { useT } from '../../../i18n/translate.ts';

/** The main process in figures. */
export function SystemFacts({ system }: { readonly system: SystemInfo }) {
  const t = useT();
  const { workers, pool, configPath } = system;
  const perSecond = t('common.perSecond');
  return (
    <Facts>
      <Fact name={t('system.version')}>
        QuantCell {system.version}, Node {system.node}
      </Fact>
      <Fact name={t('system.host')}>
        {system.host}, {t('worker.pid')} {system.pid}
      </Fact>
      <Fact name={t('worker.startedAt')}>
        <Time at={system.startedAt} /> ({spanText(system.uptimeMs)})
      </Fact>
      <Fact name={t('fleet.column.cpu')}>{shareText(system.cpuShare)}</Fact>
      <Fact name={t('fleet.column.memory')}>{bytesText(system.memoryBytes)}</Fact>
      <Fact name={t('status.loop')}>{millisText(system.loopDelayMs)}</Fact>
      <Fact name={t('status.eventsIn')}>
        {rateText(system.eventsInPerSecond)}
        {perSecond}
      </Fact>
      <Fact name={t('status.eventsOut')}>
        {rateText(system.eventsOutPerSecond)}
        {perSecond}
      </Fact>
      <Fact name={t('status.workers')}>{t('system.workersText', workers)}</Fact>
      <Fact name={t('system.pool')}>{t('system.poolText', pool)}</Fact>
      <Fact name={t('system.transport')}>
        <code>{system.transport}</code>
      </Fact>
      <Fact name={t('system.streamClients')}>{system.streamClients}</Fact>
      <Fact name={t('system.home')}>
        <code>{system.home}</code>
      </Fact>
      <Fact name={t('system.freeDisk')}>{bytesText(system.freeDiskBytes)}</Fact>
      <Fact name={t('system.configPath')}>
        {configPath === null ? t('system.configBuiltIn') : <code>{configPath}</code>}
      </Fact>
    </Facts>
  );
}
