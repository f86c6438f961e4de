import { StreamClient, type StreamState } from '../../../src/client/index.ts';
import { openBrowserSocket } from './browser-socket.ts';
import { Channels } from './channels.ts';
import { endSession, findSession } from './session.ts';
import { createStore } from './store.ts';

export interface Connection {
  readonly state: StreamState;
  /** Why it is not live. */
  readonly reason: string;
  /** When the server was heard last, milliseconds since the Unix epoch; null if never. */
  readonly heardAt: number | null;
}

const STREAM_URL = `${location.origin.replace(/^http/, 'ws')}/api/v1/stream`;
const NOT_YET: Connection = { state: 'connecting', reason: '', heardAt: null };

export const connectionStore = createStore<Connection>(NOT_YET);
export const channels = new Channels();

/** Opens the one stream of the page. Returns the function that ends it. */
export function openConnection(): () => void {
  let heardAt: number | null = null;
  const stream = new StreamClient({
    connect: ({ onMessage, onClose }) =>
      openBrowserSocket(STREAM_URL, {
        onMessage: (text) => {
          heardAt = Date.now();
          onMessage(text);
        },
        onClose,
      }),
    onState: (state, reason) => {
      const before = connectionStore.get();
      if (state !== 'live') channels.lose(heardAt);
      // A browser does not tell a refused connection from a broken one: the session may have ended.
      if (state === 'down' && before.state !== 'down') void findSession();
      const because = reason === '' || state === 'connecting' ? before.reason : reason;
      connectionStore.set({ state, reason: state === 'live' ? '' : because, heardAt });
    },
    onUnauthorized: endSession,
  });
  channels.use(stream);
  return () => {
    stream.close();
    channels.use(null);
    connectionStore.set(NOT_YET);
  };
}
