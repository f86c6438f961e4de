import { rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { removeIfPossible } from '../base/remove-if-possible.ts';

/** Longest first line of a connection, characters. */
const MAX_LINE_CHARS = 256;

/** How long the host may take to answer a connection, milliseconds. */
const ANSWER_MS = 5_000;

const WELCOME = 'welcome';
const UNKNOWN = 'unknown';

/** The host does not know this process: another one has taken its place. */
export class LifelineRefused extends Error {}

export interface LifelineHandlers {
  onHeld(): void;
  /** The process, or its connection, is gone. */
  onCut(): void;
}

/**
 * The host's end of the lifelines: one connection for each worker process, over which nothing is said but
 * who it is. When either side dies, however it dies, the kernel closes the connection and the other side
 * knows at once.
 */
export class LifelineServer {
  readonly #path: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #expected = new Map<string, LifelineHandlers>();

  constructor(path: string) {
    this.#path = path;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  start(): Promise<void> {
    rmSync(this.#path, { force: true });
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#path, () => resolve());
    });
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    removeIfPossible(this.#path);
  }

  /** Lets a process hold a lifeline. */
  expect(processId: string, handlers: LifelineHandlers): void {
    this.#expected.set(processId, handlers);
  }

  /** The process is gone, or not to be this host's. */
  forget(processId: string): void {
    this.#expected.delete(processId);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let processId: string | undefined;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (processId !== undefined) this.#expected.get(processId)?.onCut();
    });
    readLine(socket, (line) => {
      if (line === undefined || !this.#expected.has(line)) {
        socket.end(`${UNKNOWN}\n`);
        return;
      }
      processId = line;
      socket.write(`${WELCOME}\n`);
      this.#expected.get(line)?.onHeld();
    });
  }
}

/**
 * The worker's end. Resolves once the host has answered; `onCut` is called when the host is gone then.
 *
 * @throws {LifelineRefused} if the host does not know this process
 * @throws {Error} if nobody listens
 */
export function holdLifeline(path: string, processId: string, onCut: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let held = false;
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('error', reject);
    socket.on('connect', () => socket.write(`${processId}\n`));
    socket.on('close', () => {
      if (held) onCut();
      else reject(new Error(`the host at ${path} did not answer`));
    });
    readLine(socket, (answer) => {
      if (answer !== WELCOME) {
        reject(new LifelineRefused(`the host at ${path} does not know process ${processId}`));
        socket.destroy();
        return;
      }
      held = true;
      socket.setTimeout(0);
      resolve();
    });
  });
}

/** Calls `onLine` with the first line, undefined if it is too long; goes on reading, so that the end is noticed. */
function readLine(socket: Socket, onLine: (line: string | undefined) => void): void {
  let text = '';
  let done = false;
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    if (done) return;
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= MAX_LINE_CHARS) return;
    done = true;
    onLine(end < 0 ? undefined : text.slice(0, end));
  });
}
