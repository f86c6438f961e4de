import type { FunctionComponent } from 'preact';
import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { TabLinks } from '../../components/tab-links.tsx';
import type { Role } from '../../data/roles.ts';
import { useT } from '../../i18n/translate.ts';
import { AccessTab } from './access-tab.tsx';
import { AlertsTab } from './alerts-tab.tsx';
import { AuditTab } from './audit-tab.tsx';
import { ConfigTab } from './config-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { ForRole } from './for-role.tsx';
import { RiskTab } from './risk-tab.tsx';

const TABS = {
  overview: [OverviewTab, 'read'],
  risk: [RiskTab, 'read'],
  alerts: [AlertsTab, 'read'],
  audit: [AuditTab, 'operate'],
  access: [AccessTab, 'admin'],
  config: [ConfigTab, 'operate'],
} as const satisfies Readonly<Record<string, readonly [FunctionComponent, Role]>>;
type Tab = keyof typeof TABS;
const TAB_NAMES = Object.keys(TABS) as Tab[];

/** The main process, and what holds for all workers. */
export function SystemPage() {
  const t = useT();
  const wanted = useRoute().query.get('tab');
  const tab = TAB_NAMES.find((name) => name === wanted) ?? 'overview';
  const [Current, needs] = TABS[tab];
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{t('system.title')}</h1>
      </div>
      <TabLinks
        label={t('system.tabs')}
        current={tab}
        tabs={TAB_NAMES.map((id) => ({
          id,
          text: t(`system.tab.${id}`),
          href: hrefOf(['system'], id === 'overview' ? {} : { tab: id }),
        }))}
      />
      <ForRole needs={needs}>
        <Current />
      </ForRole>
    </>
  );
}
