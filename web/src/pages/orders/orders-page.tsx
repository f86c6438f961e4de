import type { FunctionComponent } from 'preact';
import { hrefOf } from '../../app/route.ts';
import { useRoute } from '../../app/router.ts';
import { TabLinks } from '../../components/tab-links.tsx';
import { useT } from '../../i18n/translate.ts';
import { AccountTab } from './account-tab.tsx';
import { FillsTab } from './fills-tab.tsx';
import { OrdersTab } from './orders-tab.tsx';
import { PositionsTab } from './positions-tab.tsx';

const TABS = {
  orders: OrdersTab,
  fills: FillsTab,
  positions: PositionsTab,
  account: AccountTab,
} as const satisfies Readonly<Record<string, FunctionComponent>>;
type Tab = keyof typeof TABS;
const TAB_NAMES = Object.keys(TABS) as Tab[];

/** Orders, trades and positions of all workers, and the account. */
export function OrdersPage() {
  const t = useT();
  const wanted = useRoute().query.get('tab');
  const tab = TAB_NAMES.find((name) => name === wanted) ?? 'orders';
  const Current = TABS[tab];
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{t('orders.title')}</h1>
      </div>
      <TabLinks
        label={t('orders.tabs')}
        current={tab}
        tabs={TAB_NAMES.map((id) => ({
          id,
          text: t(`orders.tab.${id}`),
          href: hrefOf(['orders'], id === 'orders' ? {} : { tab: id }),
        }))}
      />
      <Current />
    </>
  );
}
