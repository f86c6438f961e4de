import type { FunctionComponent } from 'preact';
import type { Key } from '../i18n/en.ts';
import type { PageProps } from './page-props.ts';

export type PageComponent = FunctionComponent<PageProps>;

export interface Page {
  /** First part of its address. */
  readonly path: string;
  /** Its entry in the navigation; a page without one is reached from others. */
  readonly nav?: Key;
  /** Entry that is marked while this page is shown. @default its own */
  readonly under?: string;
  /** Each page is a file of its own, fetched when it is first shown. */
  readonly load: () => Promise<PageComponent>;
}

/** Every page, in the order of the navigation. The first is the one to begin with. */
export const PAGES: readonly [Page, ...Page[]] = [
  {
    path: 'fleet',
    nav: 'nav.fleet',
    load: async () => (await import('../pages/fleet/fleet-page.tsx')).FleetPage,
  },
  {
    path: 'workers',
    under: 'fleet',
    load: async () => (await import('../pages/worker/worker-page.tsx')).WorkerPage,
  },
  {
    path: 'strategies',
    nav: 'nav.strategies',
    load: async () => (await import('../pages/strategies/strategies-page.tsx')).StrategiesPage,
  },
  {
    path: 'market',
    nav: 'nav.market',
    load: async () => (await import('../pages/market/market-page.tsx')).MarketPage,
  },
  {
    path: 'orders',
    nav: 'nav.orders',
    load: async () => (await import('../pages/orders/orders-page.tsx')).OrdersPage,
  },
  {
    path: 'system',
    nav: 'nav.system',
    load: async () => (await import('../pages/system/system-page.tsx')).SystemPage,
  },
];
