import { UnreachableError, type StreamClient, type Worker } from '../../client/index.ts';
import { connect, type Connection, type ConnectionFlags } from '../api/connection.ts';
import { openStream } from '../api/stream-connection.ts';
import { UsageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { FullScreen } from '../terminal/full-screen.ts';
import { isSort, renderTop, type TopState } from '../terminal/top-view.ts';

/** The screen is drawn at most so often, milliseconds. */
const DRAW_EVERY_MS = 250;
const CHANGES_EVERY_MS = 500;

const [CTRL_C, CTRL_D] = ['\u0003', '\u0004'];

/** `quantcell top`: the workers of a server as they are, until `q`. Returns the exit code. */
export async function topCommand(
  flags: ConnectionFlags,
  interruption: Interruption,
): Promise<number> {
  const { stdout, stdin } = process;
  if (flags.json === true || !stdout.isTTY || !stdin.isTTY) {
    throw new UsageError('top needs a terminal: quantcell ps prints the same once, also as JSON');
  }
  const connection = connect(flags);
  const view = new TopView(connection.url);
  return new Promise((resolve, reject) => {
    const screen = new FullScreen(stdout, stdin, (key) => {
      if (key === 'q' || key === CTRL_C || key === CTRL_D) end(ExitCode.OK);
      else view.press(key);
    });
    const stream = watch(connection, view, (thrown) => {
      close();
      reject(thrown);
    });
    const timer = setInterval(() => {
      if (view.takeChange()) screen.draw(renderTop(view.state, screen.columns));
    }, DRAW_EVERY_MS);
    const onResize = (): void => screen.draw(renderTop(view.state, screen.columns));
    stdout.on('resize', onResize);
    const close = (): void => {
      clearInterval(timer);
      stdout.off('resize', onResize);
      stream.close();
      screen.close();
      interruption.done();
    };
    const end = (exitCode: number): void => {
      close();
      resolve(exitCode);
    };
    const running = {
      stop: () => end(ExitCode.INTERRUPTED),
      kill: () => Promise.resolve(),
      workersAlive: 0,
      stopLimitMs: 0,
    };
    interruption.watch(running, () => undefined);
    screen.draw(renderTop(view.state, screen.columns));
  });
}

/** `onFailure` is told if the server was never there, or does not take the token. */
function watch(
  connection: Connection,
  view: TopView,
  onFailure: (thrown: unknown) => void,
): StreamClient {
  const stream = openStream(connection, {
    onState: (state, reason) => {
      if (state === 'down' && view.state.heardAt === 0) {
        onFailure(new UnreachableError(connection.url, reason, undefined));
      } else view.set({ connection: state, reason });
    },
    onUnauthorized: () => onFailure(new UsageError('the server does not take the token')),
  });
  stream.subscribe<'workers'>(
    { channel: 'workers', everyMs: CHANGES_EVERY_MS },
    {
      onSnapshot: ({ workers }) => view.replace(workers),
      onChange: ({ workers, removed }) => view.change(workers, removed),
    },
  );
  stream.subscribe<'system'>(
    { channel: 'system' },
    {
      onSnapshot: (system) => view.set({ system, heardAt: Date.now() }),
      onChange: (system) => view.set({ system, heardAt: Date.now() }),
    },
  );
  return stream;
}

/** What is on the screen. */
class TopView {
  #state: TopState;
  #isChanged = true;

  constructor(url: string) {
    this.#state = {
      url,
      workers: new Map(),
      system: null,
      sort: 'n',
      isTurned: false,
      connection: 'connecting',
      reason: '',
      heardAt: 0,
    };
  }

  get state(): TopState {
    return this.#state;
  }

  /** Whether there is something to draw since the last time. */
  takeChange(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  set(part: Partial<TopState>): void {
    this.#state = { ...this.#state, ...part };
    this.#isChanged = true;
  }

  replace(workers: readonly Worker[]): void {
    this.set({
      workers: new Map(workers.map((worker) => [worker.id, worker])),
      heardAt: Date.now(),
    });
  }

  change(workers: readonly Worker[], removed: readonly string[]): void {
    const all = new Map(this.#state.workers);
    for (const worker of workers) all.set(worker.id, worker);
    for (const id of removed) all.delete(id);
    this.set({ workers: all, heardAt: Date.now() });
  }

  press(key: string): void {
    if (key === 'r') this.set({ isTurned: !this.#state.isTurned });
    else if (isSort(key)) this.set({ sort: key, isTurned: false });
  }
}
