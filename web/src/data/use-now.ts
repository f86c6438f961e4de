import { useEffect } from 'preact/hooks';
import { createStore, useStore } from './store.ts';

const EVERY_MS = 1_000;
const nowStore = createStore(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The time, once a second; all parts of the page share one timer. */
export function useNow(): number {
  useEffect(() => {
    users += 1;
    if (users === 1) {
      nowStore.set(Date.now());
      timer = setInterval(() => nowStore.set(Date.now()), EVERY_MS);
    }
    return () => {
      users -= 1;
      if (users === 0) clearInterval(timer);
    };
  }, []);
  return useStore(nowStore);
}
