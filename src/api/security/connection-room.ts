import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * How many connections there may be. Where there are too many, the oldest goes from which nobody has come in yet:
 * a stranger who keeps hundreds open must not keep the owner from a halt.
 */
export class ConnectionRoom {
  readonly #capacity: number;
  /** Oldest first. */
  readonly #strangers = new Set<Socket>();
  readonly #known = new Set<Socket>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#strangers.size + this.#known.size;
  }

  /** Takes the connections of a server from now on. */
  watch(server: Server, { isTls }: { readonly isTls: boolean }): void {
    // With TLS, the sockets that requests come from are others than those that carry them.
    server.on(isTls ? 'secureConnection' : 'connection', (socket: Socket) => this.#take(socket));
  }

  /** Somebody with a token or a session has come from there. */
  know(socket: Socket): void {
    if (this.#strangers.delete(socket)) this.#known.add(socket);
  }

  #take(socket: Socket): void {
    this.#strangers.add(socket);
    socket.once('close', () => {
      this.#strangers.delete(socket);
      this.#known.delete(socket);
    });
    if (this.size <= this.#capacity) return;
    // That is the new one itself where all others are known.
    const [oldest] = this.#strangers;
    oldest?.destroy();
    if (oldest !== undefined) this.#strangers.delete(oldest);
  }
}
