import { messageOf } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { MarketTransport } from '../ipc/market-transport.ts';
import type { RingTrace } from '../ipc/ring/past-ring.ts';
import { RingMarketTransport } from '../ipc/ring/ring-market-transport.ts';
import { sharedMemoryAvailable } from '../ipc/ring/shared-memory.ts';
import type { ZmqManager } from '../ipc/zmq-manager.ts';

/** `auto` is shared memory where this machine has it, else ZeroMQ. */
export type MarketTransportChoice = 'auto' | 'shared-memory' | 'zeromq';

export interface ChosenTransport {
  readonly marketData: MarketTransport;
  /** Where what is published stays if this host dies; null if it does not. */
  readonly trace: RingTrace | null;
  /** Releases what was opened for it. */
  readonly close: () => void;
}

export interface TransportSetting {
  readonly choice: MarketTransportChoice;
  /** Size of the ring in shared memory, bytes, a power of two. */
  readonly ringBytes: number;
  readonly runDirectory: string;
  /** The home whose next host may want what was published; undefined for none. */
  readonly keptFor: string | undefined;
  readonly logger: Logger;
}

/**
 * The market data transport by what this machine can do.
 *
 * @throws {IpcError} if shared memory was asked for by name and can't be had
 */
export function chooseMarketTransport(zmq: ZmqManager, setting: TransportSetting): ChosenTransport {
  const { choice, ringBytes, runDirectory, keptFor, logger } = setting;
  const zeromq: ChosenTransport = {
    marketData: zmq.marketData,
    trace: null,
    close: () => undefined,
  };
  if (choice === 'zeromq') return zeromq;
  const available = sharedMemoryAvailable();
  if (!available.ok && choice === 'auto') {
    logger.log('warn', `market data goes over ZeroMQ: no shared memory, ${available.reason}`);
    return zeromq;
  }
  try {
    const ring = new RingMarketTransport({ runDirectory, ringBytes, keptFor });
    return { marketData: ring, trace: ring.trace, close: () => ring.close() };
  } catch (thrown) {
    if (choice === 'shared-memory') throw thrown;
    logger.log('warn', `market data goes over ZeroMQ: ${messageOf(thrown)}`);
    return zeromq;
  }
}
