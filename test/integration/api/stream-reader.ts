import { WebSocket } from 'ws';
import {
  serverMessage,
  STREAM_PATH,
  type ChannelInput,
  type ServerMessage,
} from '../../../src/api/contract/stream.ts';
import { waitFor } from '../support/wait.ts';

interface Target {
  readonly url: string;
}

type Of<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

/** A stream that keeps what it is told; each message is one of the contract. */
export class Reader {
  readonly socket: WebSocket;
  readonly messages: ServerMessage[] = [];
  /** How the server ended it; undefined while it is open. */
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}${STREAM_PATH}`, { headers });
    this.socket.on('message', (data: Buffer) => {
      this.messages.push(serverMessage.parse(JSON.parse(data.toString())));
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  /** Resolves once the server has greeted. */
  static async open({ url }: Target, headers: Readonly<Record<string, string>>): Promise<Reader> {
    const reader = new Reader(url, headers);
    const failed = new Promise<never>((_, reject) => {
      reader.socket.on('error', reject);
    });
    await Promise.race([failed, waitFor('the greeting', () => reader.messages[0])]);
    return reader;
  }

  get epoch(): string {
    return this.all('hello')[0]?.epoch ?? '';
  }

  say(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(id: number, to: ChannelInput): void {
    this.say({ type: 'subscribe', id, to });
  }

  all<Type extends ServerMessage['type']>(type: Type): readonly Of<Type>[] {
    return this.messages.filter((message): message is Of<Type> => message.type === type);
  }

  /** What was said under an id. */
  of(id: number): readonly ServerMessage[] {
    return this.messages.filter((message) => 'id' in message && message.id === id);
  }

  /** The first of that type under an id. */
  first<Type extends ServerMessage['type']>(id: number, type: Type): Promise<Of<Type>> {
    return waitFor(`a ${type} under ${id}`, () =>
      this.of(id).find((message): message is Of<Type> => message.type === type),
    );
  }

  async end(): Promise<{ readonly code: number; readonly reason: string }> {
    return waitFor('the end of the stream', () => this.closed);
  }
}

/** The numbers of the changes under an id, from that of the snapshot on, where each is the one before plus 1. */
export function holesIn(messages: readonly ServerMessage[]): readonly string[] {
  let last: number | undefined;
  const holes: string[] = [];
  for (const message of messages) {
    if (message.type === 'snapshot' || message.type === 'resumed') last = message.seq;
    if (message.type !== 'change') continue;
    if (last === undefined || message.seq !== last + 1) holes.push(`${last} -> ${message.seq}`);
    last = message.seq;
  }
  return holes;
}
