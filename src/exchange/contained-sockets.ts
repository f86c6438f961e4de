import type { CcxtClient, CcxtSocket } from './ccxt-types.ts';

/** What is waited for before a stream flows: a login, or the answer to a numbered request. */
const PREPARING = /^(\d+$|auth|login)/i;

/**
 * Keeps a client's WebSockets from ending the process. ccxt rejects some promises that nobody awaits, as when
 * a signed subscription is refused, and Node ends for that; here each promise of a socket has a handler, and
 * whoever awaits one is still told. No handler for the whole process is needed.
 */
export class ContainedSockets {
  readonly #client: CcxtClient;
  readonly #pending = new WeakMap<CcxtSocket, Map<Promise<unknown>, string>>();

  constructor(client: CcxtClient) {
    this.#client = client;
    const open = client.client.bind(client);
    client.client = (url) => {
      const socket = open(url);
      if (!this.#pending.has(socket)) this.#contain(socket);
      return socket;
    };
  }

  /** There is a connection, each is up, and none waits for a login or the answer to a subscription. */
  get flowing(): boolean {
    const sockets = Object.values(this.#client.clients ?? {});
    return (
      sockets.length > 0 &&
      sockets.every((socket) => {
        const waitedFor = [...(this.#pending.get(socket)?.values() ?? [])];
        return socket.isConnected && !waitedFor.some((hash) => PREPARING.test(hash));
      })
    );
  }

  /** Ends all connections; what waits for one rejects. The next watch opens a new one. */
  async discard(): Promise<void> {
    await this.#client.close();
  }

  #contain(socket: CcxtSocket): void {
    const pending = new Map<Promise<unknown>, string>();
    this.#pending.set(socket, pending);
    const send = socket.send.bind(socket);
    socket.send = (message) => {
      const sent = send(message);
      // A subscription that meets a socket which has just closed; what waits for it is told by the close.
      sent.catch(() => undefined);
      return sent;
    };
    const future = socket.future.bind(socket);
    socket.future = (hash) => {
      const promise = future(hash);
      if (!pending.has(promise)) {
        pending.set(promise, hash);
        const settled = (): void => void pending.delete(promise);
        promise.then(settled, settled);
      }
      return promise;
    };
  }
}
