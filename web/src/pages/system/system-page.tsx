import type { FunctionComponent } from 'preact';
import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { TabLinks } from '../../components/tab-links.tsx';
import { useT } from '../../i18n/translate.ts';
import { AccessTab } from './access/access-tab.tsx';
import { AlertsTab } from './alerts-tab.tsx';
import { AuditTab } from './audit/audit-tab.tsx';
import { ConfigTab } from './config-tab.tsx';
import { RiskTab } from './risk/risk-tab.tsx';
import { StatusTab } from './status/status-tab.tsx';
import { SwitchesTab } from './switches-tab.tsx';

const TAB_NAMES = ['status', 'risk', 'switches', 'alerts', 'audit', 'access', 'config'] as const;
type Tab = (typeof TAB_NAMES)[number];

const TABS: Readonly<Record<Tab, FunctionComponent>> = {
  status: StatusTab,
  risk: RiskTab,
  switches: SwitchesTab,
  alerts: AlertsTab,
  audit: AuditTab,
  access: AccessTab,
  config: ConfigTab,
};

/** The system itself: how it is, what limits it, who did what, and who may. */
export function SystemPage() {
  const t = useT();
  const wanted = useRoute().query.get('tab');
  const tab = TAB_NAMES.find((name) => name === wanted) ?? 'status';
  const Shown = TABS[tab];
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{t('nav.system')}</h1>
        <p class="page-tools">
          <a href="/docs">{t('system.docs')}</a>
          <a href="/metrics">{t('system.metrics')}</a>
        </p>
      </div>
      <TabLinks
        label={t('nav.system')}
        current={tab}
        tabs={TAB_NAMES.map((id) => ({
          id,
          text: t(`system.tab.${id}`),
          href: hrefOf(['system'], id === 'status' ? {} : { tab: id }),
        }))}
      />
      <Shown />
    </>
  );
}
