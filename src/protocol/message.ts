import { randomUUID } from 'node:crypto';
import { quote } from '../base/errors.ts';
import { malformed, ProtocolError, wrongVersion } from './errors.ts';
import { MAX_MESSAGE_BYTES, PROTOCOL_VERSION } from './limits.ts';
import { isMessageType, MessageType } from './message-type.ts';

export type Payload = Readonly<Record<string, unknown>>;

export interface MessageFields {
  readonly payload?: Payload;
  /** Whom it is from or about; null for none. @default null */
  readonly workerId?: string | null;
  /** Milliseconds since the Unix epoch. @default now */
  readonly timestamp?: number;
  /** @default a new UUID */
  readonly msgId?: string;
  /** Proof that the sender is the process that was welcomed. @default none */
  readonly session?: string | undefined;
}

/**
 * The envelope of control and status messages. Its JSON form has the fields `msg_type`, `payload`,
 * `worker_id`, `timestamp` (seconds) and `msg_id`, and `session` where there is one.
 */
export class Message {
  readonly msgType: MessageType;
  readonly payload: Payload;
  readonly workerId: string | null;
  /** Milliseconds since the Unix epoch (seconds in the JSON form). */
  readonly timestamp: number;
  readonly msgId: string;
  readonly session: string | undefined;

  constructor(msgType: MessageType, fields: MessageFields = {}) {
    this.msgType = msgType;
    this.payload = fields.payload ?? {};
    this.workerId = fields.workerId ?? null;
    this.timestamp = fields.timestamp ?? Date.now();
    this.msgId = fields.msgId ?? randomUUID();
    this.session = fields.session;
  }

  static createHeartbeat(workerId: string, state: string, payload: Payload = {}): Message {
    return new Message(MessageType.HEARTBEAT, { workerId, payload: { ...payload, state } });
  }

  static createMarketData(symbol: string, dataType: string, data: Payload): Message {
    return new Message(MessageType.MARKET_DATA, { payload: { symbol, data_type: dataType, data } });
  }

  static createControl(msgType: MessageType, workerId: string, payload: Payload = {}): Message {
    return new Message(msgType, { workerId, payload });
  }

  static createError(workerId: string, error: unknown, payload: Payload = {}): Message {
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    return new Message(MessageType.ERROR, { workerId, payload: { ...payload, message, stack } });
  }

  static createOrderRequest(workerId: string, order: Payload): Message {
    return new Message(MessageType.ORDER_REQUEST, { workerId, payload: order });
  }

  toJson(): string {
    return JSON.stringify({
      msg_type: this.msgType,
      payload: this.payload,
      worker_id: this.workerId,
      timestamp: this.timestamp / 1_000,
      msg_id: this.msgId,
      session: this.session,
    });
  }

  /**
   * Reads the JSON form, as this or any other program writes it: `msg_type` must be there and known;
   * a missing `payload` is an empty one, a missing `timestamp` is now, a missing `msg_id` a new one.
   *
   * @throws {ProtocolError} codes `MALFORMED_MESSAGE`, `UNKNOWN_MESSAGE_TYPE`, `WRONG_VERSION`
   */
  static fromJson(json: string | Uint8Array): Message {
    const bytes = typeof json === 'string' ? Buffer.byteLength(json) : json.length;
    if (bytes > MAX_MESSAGE_BYTES) {
      throw malformed(`a message is at most ${MAX_MESSAGE_BYTES} bytes`, bytes);
    }
    const text = typeof json === 'string' ? json : Buffer.from(json).toString('utf8');
    let fields: unknown;
    try {
      fields = JSON.parse(text);
    } catch {
      throw malformed('a message is a JSON object', text);
    }
    return readEnvelope(fields);
  }
}

function readEnvelope(value: unknown): Message {
  if (!isPlainObject(value)) throw malformed('a message is a JSON object', value);
  const { msg_type, payload = {}, worker_id = null, timestamp, msg_id, session, version } = value;
  if (version !== undefined && version !== PROTOCOL_VERSION) {
    throw wrongVersion(version, PROTOCOL_VERSION);
  }
  if (!isMessageType(msg_type)) {
    throw new ProtocolError('UNKNOWN_MESSAGE_TYPE', `msg_type ${quote(msg_type)} is not known`, {
      msgType: quote(msg_type),
    });
  }
  if (!isPlainObject(payload)) throw malformed('payload is an object', payload);
  if (worker_id !== null && typeof worker_id !== 'string') {
    throw malformed('worker_id is text or null', worker_id);
  }
  const timestampMs = timestamp === undefined ? Date.now() : millisecondsOf(timestamp);
  if (!Number.isFinite(timestampMs)) throw malformed('timestamp is a number of seconds', timestamp);
  if (msg_id !== undefined && typeof msg_id !== 'string') {
    throw malformed('msg_id is text', msg_id);
  }
  if (session !== undefined && typeof session !== 'string') {
    throw malformed('session is text', session);
  }
  return new Message(msg_type, {
    payload,
    workerId: worker_id,
    session,
    timestamp: timestampMs,
    ...(msg_id === undefined ? {} : { msgId: msg_id }),
  });
}

/** In whole microseconds: seconds as binary fractions miss the millisecond that was meant by a hair. */
function millisecondsOf(seconds: unknown): number {
  return typeof seconds === 'number' ? Math.round(seconds * 1_000_000) / 1_000 : Number.NaN;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
