import { useEffect, useMemo } from 'preact/hooks';
import type { ChannelInput } from '../../../src/client/index.ts';
import type { ChannelView } from './channels.ts';
import { channels } from './connection.ts';
import { useStore, type Store } from './store.ts';

/** What the server tells of a channel, as it comes. Parts that ask for the same one share it. */
export function useChannel<const To extends ChannelInput>(to: To): ChannelView<To['channel']> {
  const key = JSON.stringify(to);
  // Held for this drawing; the effect below holds it for as long as the component is there.
  const held = useMemo(() => {
    const { store, release } = channels.retain(to);
    release();
    return store;
  }, [key]);
  useEffect(() => channels.retain(to).release, [key]);
  return useStore(held as Store<ChannelView>) as unknown as ChannelView<To['channel']>;
}
