import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket, type SocketConstructorOpts, type TcpSocketConnectOpts } from 'node:net';
import { messageOf, quote } from '../../base/errors.ts';
import { errnoOf, IpcError } from '../errors.ts';
import { libc } from './libc.ts';

const BYTE = Buffer.alloc(1, 1);

/** The host's side of a worker's doorbell, a named pipe. Ringing never waits and never throws. */
export class Doorbell {
  readonly #fd: number;
  #rung = 0;
  #unheard = 0;

  /**
   * Makes the pipe.
   *
   * @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE`
   */
  constructor(path: string) {
    libc().makeFifo(path);
    // For reading too: the pipe then has a reader as long as the host lives, whatever becomes of the worker.
    this.#fd = opened(path, constants.O_RDWR | constants.O_NONBLOCK);
  }

  get rung(): number {
    return this.#rung;
  }

  /** Rings that found the pipe full. */
  get unheard(): number {
    return this.#unheard;
  }

  ring(): void {
    try {
      writeSync(this.#fd, BYTE);
      this.#rung += 1;
    } catch {
      this.#unheard += 1;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** The worker's side. */
export class DoorbellListener {
  readonly #socket: Socket;

  /** @throws {IpcError} code `SHARED_MEMORY_FAILED` */
  constructor(path: string, onRing: () => void) {
    const callback = (): boolean => {
      onRing();
      return true;
    };
    // The types know `onread` of a socket that connects only.
    const options: SocketConstructorOpts & Pick<TcpSocketConnectOpts, 'onread'> = {
      fd: opened(path, constants.O_RDONLY | constants.O_NONBLOCK),
      readable: true,
      writable: false,
      // One buffer for all: what the bytes are does not matter.
      onread: { buffer: Buffer.alloc(64), callback },
    };
    this.#socket = new Socket(options);
    // The host is gone. Whoever watches the host finds that out by other means.
    this.#socket.on('error', () => undefined);
  }

  close(): void {
    this.#socket.destroy();
  }
}

function opened(path: string, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (thrown) {
    throw new IpcError(
      'SHARED_MEMORY_FAILED',
      `doorbell ${quote(path)}: ${messageOf(thrown)}`,
      { path, errno: errnoOf(thrown) },
      thrown,
    );
  }
}
