// The sockets of strangers: they connect like workers and throw what they are given.
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as zmq from 'zeromq';

/** Connections without a greeting that are left open, each taking a descriptor of the target. */
const MAX_HANGING = 40;

/** A stranger is replaced after so many messages. */
const MESSAGES_EACH = 300;

const OPTIONS = { linger: 500, sendTimeout: 200, maxMessageSize: -1 };

/** Strangers for the sockets in `directory`; `ids` are identities in use. */
export class Strangers {
  #directory;
  #maker;
  #ids;
  #open = new Map();
  #hanging = [];
  refused = 0;

  constructor(directory, maker, ids) {
    this.#directory = directory;
    this.#maker = maker;
    this.#ids = ids;
  }

  /** Throws one message at `name`: control, status or market. */
  async send(name, parts) {
    const stranger = this.#stranger(name);
    stranger.sent += 1;
    try {
      await stranger.socket.send(parts);
    } catch {
      // A full queue: the target does not read from a stranger with a stolen identity, for one.
      this.refused += 1;
      this.#leave(stranger);
    }
    if (stranger.sent >= MESSAGES_EACH) this.#leave(stranger);
  }

  /** Opens a connection of its own, writes `bytes`, and closes it or leaves it hanging. */
  async connectRaw(name, bytes) {
    const socket = connect(join(this.#directory, `${name}.sock`));
    socket.on('error', () => undefined);
    socket.resume();
    await new Promise((resolve) => {
      socket.once('close', resolve);
      socket.write(bytes, resolve);
    });
    if (this.#maker.below(10) === 0 && this.#hanging.length < MAX_HANGING) {
      this.#hanging.push(socket);
      return;
    }
    if (this.#maker.below(2) === 0) await delay(1);
    socket.destroy();
  }

  close() {
    for (const stranger of this.#open.values()) stranger.socket.close();
    for (const socket of this.#hanging) socket.destroy();
    this.#open.clear();
    this.#hanging = [];
  }

  #stranger(name) {
    // Several for each socket, so that one with a stolen identity does not take all.
    const key = `${name}-${this.#maker.below(name === 'control' ? 4 : 2)}`;
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const socket = this.#socket(key);
    socket.connect(`ipc://${join(this.#directory, `${name}.sock`)}`);
    const stranger = { key, socket, sent: 0 };
    this.#open.set(key, stranger);
    return stranger;
  }

  #socket(key) {
    const { pick, bytes } = this.#maker;
    if (key.startsWith('status')) return new zmq.Push(OPTIONS);
    if (key.startsWith('market')) return new zmq.XSubscriber(OPTIONS);
    if (key === 'control-0') return new zmq.Dealer({ ...OPTIONS, routingId: pick(this.#ids) });
    if (key === 'control-1')
      return new zmq.Dealer({ ...OPTIONS, routingId: bytes(8).toString('hex') });
    return new zmq.Dealer(OPTIONS);
  }

  #leave({ key, socket }) {
    this.#open.delete(key);
    socket.close();
  }
}
