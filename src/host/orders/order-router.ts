import type { Logger } from '../../base/logger.ts';
import type { WhenDown } from '../../model/when-down.ts';
import type { OrderPort } from '../order-port.ts';
import { OrderLine, type OrderLineParts } from './order-line.ts';

/** Brings what happens to orders to the processes of the workers whose orders they are. */
export class OrderRouter {
  readonly #port: OrderPort | undefined;
  readonly #logger: Logger;
  /** Of a worker that is being reloaded there are two. */
  readonly #lines = new Map<string, Set<OrderLine>>();

  /** Without a port there is no venue: every order call is denied. */
  constructor(port: OrderPort | undefined, logger: Logger) {
    this.#port = port;
    this.#logger = logger;
    port?.listen({
      onUpdate: (workerId, update) => this.#each(workerId, (line) => line.onUpdate(update)),
      onAccount: (workerId, account) => this.#each(workerId, (line) => line.onAccount(account)),
    });
  }

  /** The way between a new process of a worker and the port, until it is closed. */
  open(parts: Omit<OrderLineParts, 'port' | 'logger'>): OrderLine {
    const { workerId } = parts;
    const line = new OrderLine({ ...parts, port: this.#port, logger: this.#logger }, () => {
      const lines = this.#lines.get(workerId);
      lines?.delete(line);
      if (lines?.size === 0) this.#lines.delete(workerId);
    });
    const lines = this.#lines.get(workerId) ?? new Set();
    this.#lines.set(workerId, lines.add(line));
    return line;
  }

  /** As `OrderPort.workerDown`. */
  workerDown(workerId: string, stopped: boolean, whenDown: WhenDown): void {
    this.#port?.workerDown(workerId, stopped, whenDown);
  }

  #each(workerId: string, tell: (line: OrderLine) => void): void {
    for (const line of this.#lines.get(workerId) ?? []) tell(line);
  }
}
