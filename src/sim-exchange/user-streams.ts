import type { WebSocket } from 'ws';
import type { Faults } from './faults.ts';
import { sendTo } from './socket.ts';
import type { StreamEvent } from './stream-events.ts';

/** An event that is held back for the next one to pass it goes after this, milliseconds. */
const HELD_MS = 200;

/** How long `delay-events` delays if it does not say, milliseconds. */
const DELAY_MS = 200;

/** Sockets that are told of the account's orders and balances, and the faults on the way to them. */
export class UserStreams {
  /** The number of its subscription, or undefined for a socket that has events alone. */
  readonly #sockets = new Map<WebSocket, number | undefined>();
  readonly #faults: Faults;
  readonly #timers = new Set<NodeJS.Timeout>();
  #held: StreamEvent | undefined;
  #nextSubscription = 0;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Events go to this socket, each with the number that is returned. */
  subscribe(socket: WebSocket): number {
    const subscription = this.#sockets.get(socket) ?? this.#nextSubscription++;
    this.#add(socket, subscription);
    return subscription;
  }

  /** Events go to this socket as they are. */
  attach(socket: WebSocket): void {
    this.#add(socket, undefined);
  }

  unsubscribe(socket: WebSocket): void {
    this.#sockets.delete(socket);
  }

  tell(event: StreamEvent): void {
    if (this.#faults.strikes('lose-event', 'user') !== undefined) return;
    const copies = this.#faults.strikes('duplicate-event', 'user') === undefined ? 1 : 2;
    const delay = this.#faults.strikes('delay-events', 'user');
    for (let copy = 0; copy < copies; copy += 1) {
      if (delay === undefined) this.#order(event);
      else this.#later(delay.ms ?? DELAY_MS, () => this.#order(event));
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Sends it, or holds it back until the next one of its kind was sent. */
  #order(event: StreamEvent): void {
    if (this.#held === undefined && this.#faults.strikes('reorder-events', 'user') !== undefined) {
      this.#held = event;
      this.#later(HELD_MS, () => {
        if (this.#held === event) this.#release();
      });
      return;
    }
    this.#send(event);
    if (this.#held?.['e'] === event['e']) this.#release();
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#send(held);
  }

  #later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    this.#timers.add(timer);
  }

  #send(event: StreamEvent): void {
    for (const [socket, subscriptionId] of this.#sockets) {
      sendTo(socket, subscriptionId === undefined ? event : { subscriptionId, event });
    }
  }

  #add(socket: WebSocket, subscription: number | undefined): void {
    if (!this.#sockets.has(socket)) socket.on('close', () => this.#sockets.delete(socket));
    this.#sockets.set(socket, subscription);
  }
}
