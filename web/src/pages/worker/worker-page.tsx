import type { FunctionComponent } from 'preact';
import type { PageProps } from '../../app/page-props.ts';
import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { LivePart } from '../../components/live-part.tsx';
import { Notice } from '../../components/notice.tsx';
import { TabLinks } from '../../components/tab-links.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { WorkerActions } from './actions/worker-actions.tsx';
import { ChartTab } from './chart-tab.tsx';
import { LogsTab } from './logs/logs-tab.tsx';
import { OverviewTab } from './overview/overview-tab.tsx';
import { ParamsTab } from './params-tab.tsx';
import { PerformanceTab } from './performance-tab.tsx';
import { StateTab } from './state-tab.tsx';
import type { TabProps } from './tab-props.ts';
import { TradingTab } from './trading-tab.tsx';
import { WorkerHead } from './worker-head.tsx';
import { WORKER_TABS, workerTabOf, type WorkerTab } from './worker-tabs.ts';

const TABS: Readonly<Record<WorkerTab, FunctionComponent<TabProps>>> = {
  overview: OverviewTab,
  chart: ChartTab,
  trading: TradingTab,
  performance: PerformanceTab,
  params: ParamsTab,
  logs: LogsTab,
  state: StateTab,
};

/** One worker: how it is, what it does, and what to do with it. */
export function WorkerPage({ rest: [id] }: PageProps) {
  const t = useT();
  if (id === undefined) {
    return (
      <>
        <h1 tabIndex={-1}>{t('worker.noneNamed')}</h1>
        <p>
          <a href={hrefOf(['fleet'])}>{t('shell.toFleet')}</a>
        </p>
      </>
    );
  }
  return <OneWorker key={id} id={id} />;
}

function OneWorker({ id }: { readonly id: string }) {
  const t = useT();
  const tab = workerTabOf(useRoute().query.get('tab'));
  const view = useChannel({ channel: 'worker', workerId: id });
  const Tab = TABS[tab];
  const worker = view.data?.worker ?? null;
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1} class="mono">
          {id}
        </h1>
        {worker !== null && <WorkerActions worker={worker} />}
      </div>
      <LivePart of={view}>
        {worker === null ? (
          <Notice tone="warn">{t('worker.unknown', { id })}</Notice>
        ) : (
          <>
            <WorkerHead worker={worker} />
            <TabLinks
              label={t('worker.tabs', { id })}
              current={tab}
              tabs={WORKER_TABS.map((one) => ({
                id: one,
                text: t(`worker.tab.${one}`),
                href: hrefOf(['workers', id], one === 'overview' ? {} : { tab: one }),
              }))}
            />
            <Tab worker={worker} transitions={view.data?.transitions ?? []} />
          </>
        )}
      </LivePart>
    </>
  );
}
