import { createStore, useStore } from '../data/store.ts';
import { routeOf, type Route } from './route.ts';

const routeStore = createStore(routeOf(location.hash));
addEventListener('hashchange', () => routeStore.set(routeOf(location.hash)));

/** Where the page is; the component is drawn again when it goes elsewhere. */
export function useRoute(): Route {
  return useStore(routeStore);
}
