import { randomBytes, timingSafeEqual } from 'node:crypto';
import { quote } from '../base/errors.ts';
import type { ZmqManager } from '../ipc/zmq-manager.ts';
import type { HostMessageType, HostPayload } from '../protocol/host-message.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import { ProtocolError, wrongVersion } from '../protocol/errors.ts';
import { Message } from '../protocol/message.ts';
import {
  readWorkerMessage,
  type Hello,
  type WorkerMessage,
  type WorkerReply,
} from '../protocol/worker-message.ts';
import { WorkerError } from './errors.ts';

/** `attachment` is what came with a message on the control socket; it must not be kept as it is. */
export type MessageHandler = (message: WorkerMessage, attachment?: Buffer) => void;

/** What a worker may say on the control socket alone. */
const CONTROL_ONLY: readonly string[] = [
  'hello',
  'reply',
  'refill_request',
  'state',
  'order_request',
];

interface Waiting {
  readonly resolve: (reply: WorkerReply) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

export interface RequestOptions {
  readonly attachment?: Uint8Array | undefined;
  /** The time for the answer begins anew while this grows. @default it does not */
  readonly progress?: () => number;
}

interface Peer {
  readonly secret: string;
  readonly session: string;
  readonly connected: (hello: Hello) => void;
  readonly waiting: Map<string, Waiting>;
  hello: boolean;
  onMessage: MessageHandler;
}

/**
 * The conversations with the worker processes: who may speak, what was asked of whom, who answered.
 * A process speaks with the secret that it was started with, then with its session; whatever comes
 * otherwise is counted and ignored.
 */
export class ControlChannel {
  readonly #zmq: ZmqManager;
  readonly #heartbeatIntervalMs: number;
  readonly #epoch: number;
  readonly #peers = new Map<string, Peer>();
  readonly #bySession = new Map<string, Peer>();

  /** `epoch` is the number of this host on its home. */
  constructor(zmq: ZmqManager, heartbeatIntervalMs: number, epoch = 1) {
    this.#zmq = zmq;
    this.#heartbeatIntervalMs = heartbeatIntervalMs;
    this.#epoch = epoch;
    zmq.on('control', (peerId, message, attachment) =>
      this.#onControl(peerId, message, attachment),
    );
    zmq.on('status', (message) => this.#onStatus(message));
  }

  /** Lets a process say hello; resolves with that once it did. */
  expect(processId: string, secret: string): Promise<Hello> {
    return new Promise((connected) => {
      const session = randomBytes(16).toString('hex');
      const peer: Peer = {
        secret,
        session,
        connected,
        waiting: new Map(),
        hello: false,
        onMessage: () => undefined,
      };
      this.#peers.set(processId, peer);
      this.#bySession.set(session, peer);
    });
  }

  /** Calls `handler` with whatever the process says from now on. */
  listen(processId: string, handler: MessageHandler): void {
    const peer = this.#peers.get(processId);
    if (peer !== undefined) peer.onMessage = handler;
  }

  /** The process is gone: what was asked of it will not be answered. */
  forget(processId: string): void {
    const peer = this.#peers.get(processId);
    if (peer === undefined) return;
    this.#peers.delete(processId);
    this.#bySession.delete(peer.session);
    for (const { timer, reject } of peer.waiting.values()) {
      clearTimeout(timer);
      reject(
        new WorkerError('WORKER_ENDED', 'the process ended before it answered', { processId }),
      );
    }
    peer.waiting.clear();
  }

  /**
   * Asks a process for something and resolves with its answer once it was applied.
   *
   * @throws {WorkerError} code `COMMAND_TIMED_OUT`, `WORKER_ENDED`, or the code that the worker rejects with
   * @throws {IpcError} code `PEER_UNREACHABLE`
   */
  async request<Type extends HostMessageType>(
    processId: string,
    type: Type,
    payload: HostPayload<Type>,
    timeoutMs: number,
    { attachment, progress }: RequestOptions = {},
  ): Promise<WorkerReply> {
    const peer = this.#peers.get(processId);
    if (peer === undefined) {
      throw new WorkerError('WORKER_ENDED', `${type} can't reach a process that is gone`, {
        processId,
      });
    }
    const message = new Message(type, { payload: payload as Record<string, unknown> });
    const answer = new Promise<WorkerReply>((resolve, reject) => {
      let seen = progress?.();
      const onTime = (): void => {
        const now = progress?.();
        if (now !== seen) {
          seen = now;
          waiting.timer.refresh();
          return;
        }
        peer.waiting.delete(message.msgId);
        reject(
          new WorkerError(
            'COMMAND_TIMED_OUT',
            `the worker did not answer ${type} within ${timeoutMs} ms; whether it was applied is not known`,
            { processId, command: type, timeoutMs },
          ),
        );
      };
      const waiting: Waiting = { resolve, reject, timer: setTimeout(onTime, timeoutMs) };
      peer.waiting.set(message.msgId, waiting);
    });
    answer.catch(() => undefined);
    await this.#zmq.sendControl(processId, message, attachment);
    return accepted(await answer);
  }

  /** Tells a process something that needs no answer. */
  async tell<Type extends HostMessageType>(
    processId: string,
    type: Type,
    payload: HostPayload<Type>,
    attachment?: Uint8Array,
  ): Promise<void> {
    const message = new Message(type, { payload: payload as Record<string, unknown> });
    await this.#zmq.sendControl(processId, message, attachment);
  }

  #onControl(peerId: string, raw: Message, attachment: Buffer | undefined): void {
    const message = readWorkerMessage(raw);
    const peer = this.#peers.get(peerId);
    if (peer === undefined) {
      throw new ProtocolError(
        'NOT_WELCOME',
        `${message.type} from ${quote(peerId)}, which was not started here`,
      );
    }
    if (message.type === 'hello') return this.#onHello(peerId, peer, message.payload);
    if (!peer.hello || message.session !== peer.session) {
      throw new ProtocolError(
        'NOT_WELCOME',
        `${message.type} from ${quote(peerId)} without its session`,
      );
    }
    if (message.type === 'reply') this.#settle(peer, message.payload);
    peer.onMessage(message, attachment);
  }

  #onHello(peerId: string, peer: Peer, hello: Hello): void {
    if (!sameText(hello.secret, peer.secret)) {
      throw new ProtocolError('NOT_WELCOME', `hello from ${quote(peerId)} with a wrong secret`);
    }
    if (hello.version !== PROTOCOL_VERSION) throw wrongVersion(hello.version, PROTOCOL_VERSION);
    if (peer.hello) throw new ProtocolError('NOT_WELCOME', `a second hello from ${quote(peerId)}`);
    peer.hello = true;
    const { session } = peer;
    const welcome = {
      session,
      heartbeatIntervalMs: this.#heartbeatIntervalMs,
      epoch: this.#epoch,
    };
    this.tell(peerId, 'welcome', welcome).then(
      () => peer.connected(hello),
      (error: Error) => this.#zmq.reject(error),
    );
  }

  #settle(peer: Peer, reply: WorkerReply): void {
    const waiting = peer.waiting.get(reply.replyTo);
    if (waiting === undefined) return;
    peer.waiting.delete(reply.replyTo);
    clearTimeout(waiting.timer);
    waiting.resolve(reply);
  }

  #onStatus(raw: Message): void {
    const message = readWorkerMessage(raw);
    const peer = message.session === undefined ? undefined : this.#bySession.get(message.session);
    if (peer === undefined) {
      throw new ProtocolError(
        'NOT_WELCOME',
        `${message.type} about ${quote(raw.workerId)} without a session`,
      );
    }
    if (CONTROL_ONLY.includes(message.type)) {
      throw new ProtocolError(
        'NOT_WELCOME',
        `${message.type} does not belong on the status socket`,
      );
    }
    peer.onMessage(message);
  }
}

const UNSAID: NonNullable<WorkerReply['error']> = {
  code: 'COMMAND_REJECTED',
  message: 'the worker rejected the command and did not say why',
  stack: '',
};

function accepted(reply: WorkerReply): WorkerReply {
  if (reply.outcome === 'applied') return reply;
  const { code, message, stack, cause, faults } = reply.error ?? UNSAID;
  const facts = { ...(cause && { exitCause: cause }), ...(faults && { faults }) };
  throw new WorkerError(code, message, facts, undefined, stack);
}

function sameText(one: string, other: string): boolean {
  const left = Buffer.from(one);
  const right = Buffer.from(other);
  return left.length === right.length && timingSafeEqual(left, right);
}
