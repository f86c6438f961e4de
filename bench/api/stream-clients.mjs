// A process with some clients of the stream. All count what comes; the first one also reads it, and checks that
// no change is left out.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { answerCommands } from './asked-process.mjs';

const CHANNELS = [
  { channel: 'workers', everyMs: 100 },
  { channel: 'market', everyMs: 100 },
  { channel: 'trading' },
];

let clients = [];

class Client {
  #socket;
  #reads;
  #seqs = new Map();
  #snapshots = 0;
  #counts = { messages: 0, bytes: 0 };
  /** By channel, for the one that reads. */
  #byChannel = {};

  constructor({ url, token }, reads) {
    this.#reads = reads;
    this.#socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/stream`, {
      headers: { authorization: `Bearer ${token}` },
      perMessageDeflate: false,
    });
    this.#socket.on('message', (data) => {
      this.#counts.messages += 1;
      this.#counts.bytes += data.length;
      if (this.#reads || this.#snapshots < CHANNELS.length) this.#read(data);
    });
  }

  /** Resolves once it has a snapshot of each channel. */
  async open() {
    await once(this.#socket, 'open');
    CHANNELS.forEach((to, index) =>
      this.#socket.send(JSON.stringify({ type: 'subscribe', id: index + 1, to })),
    );
    while (this.#snapshots < CHANNELS.length) await once(this.#socket, 'message');
  }

  begin() {
    this.#counts = { messages: 0, bytes: 0 };
    this.#byChannel = {};
  }

  figures() {
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Error('a client was cut off');
    return { ...this.#counts, ...(this.#reads && { byChannel: this.#byChannel }) };
  }

  close() {
    this.#socket.terminate();
  }

  #read(data) {
    const { type, id, seq, problem } = JSON.parse(data.toString('utf8'));
    if (type === 'hello') return;
    if (type === 'snapshot') {
      this.#snapshots += 1;
    } else if (type !== 'change') {
      throw new Error(`a client was sent ${type}: ${JSON.stringify(problem)}`);
    } else if (this.#reads && seq !== this.#seqs.get(id) + 1) {
      throw new Error(`change ${seq} of ${id} came after ${this.#seqs.get(id)}`);
    }
    this.#seqs.set(id, seq);
    const { channel } = CHANNELS[id - 1];
    const counts = (this.#byChannel[channel] ??= { messages: 0, bytes: 0 });
    counts.messages += 1;
    counts.bytes += data.length;
  }
}

answerCommands({
  async open({ count, ...address }) {
    clients = Array.from({ length: count }, (_, index) => new Client(address, index === 0));
    await Promise.all(clients.map((client) => client.open()));
  },
  begin() {
    for (const client of clients) client.begin();
  },
  figures: () => clients.map((client) => client.figures()),
  close() {
    for (const client of clients) client.close();
  },
});
