import { createSetting } from '../../data/setting.ts';
import { createStore } from '../../data/store.ts';
import { NO_FILTER, type FleetFilter } from './fleet-filter.ts';

export const FLEET_VIEWS = ['table', 'cards'] as const;

/** Outlives the page, so that who comes back finds it as it was. */
export const filterStore = createStore<FleetFilter>(NO_FILTER);

/** On a narrow screen a row is a card, unless somebody wants it otherwise. */
export const viewStore = createSetting(
  'quantcell.fleetView',
  FLEET_VIEWS,
  matchMedia('(max-width: 48rem)').matches ? 'cards' : 'table',
);
