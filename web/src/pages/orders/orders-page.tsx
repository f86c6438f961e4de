import type { FunctionComponent } from 'preact';
import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { TabLinks } from '../../components/tab-links.tsx';
import { createStore, useStore } from '../../data/store.ts';
import { useT } from '../../i18n/translate.ts';
import { AccountTab } from './account-tab.tsx';
import { DeniedTab } from './denied-tab.tsx';
import { FillsTab } from './fills-tab.tsx';
import { HistoryTab } from './history-tab.tsx';
import { OpenTab } from './open-tab.tsx';
import { NO_FILTER, type OrderFilter } from './order-filter.ts';
import { OrderToolbar } from './order-toolbar.tsx';
import { PositionsTab } from './positions-tab.tsx';
import { ClosedNotice } from './stream-notices.tsx';

const TAB_NAMES = ['open', 'history', 'fills', 'denied', 'positions', 'account'] as const;
type Tab = (typeof TAB_NAMES)[number];

const TABS: Readonly<Record<Tab, FunctionComponent<{ readonly filter: OrderFilter }>>> = {
  open: OpenTab,
  history: HistoryTab,
  fills: FillsTab,
  denied: DeniedTab,
  positions: PositionsTab,
  account: AccountTab,
};

/** Outlives the page, so that who comes back finds it as it was. */
const filterStore = createStore(NO_FILTER);

/** Orders, trades and positions of all workers, and the account that they share. */
export function OrdersPage() {
  const t = useT();
  const filter = useStore(filterStore);
  const wanted = useRoute().query.get('tab');
  const tab = TAB_NAMES.find((name) => name === wanted) ?? 'open';
  const Shown = TABS[tab];
  return (
    <>
      <h1 tabIndex={-1}>{t('nav.orders')}</h1>
      <ClosedNotice />
      <TabLinks
        label={t('nav.orders')}
        current={tab}
        tabs={TAB_NAMES.map((id) => ({
          id,
          text: t(`orders.tab.${id}`),
          href: hrefOf(['orders'], id === 'open' ? {} : { tab: id }),
        }))}
      />
      {tab !== 'account' && (
        <OrderToolbar
          filter={filter}
          hasStatus={tab === 'open' || tab === 'history'}
          onChange={(part) => filterStore.set({ ...filter, ...part })}
        />
      )}
      <Shown filter={filter} />
    </>
  );
}
