import type { Clock } from '../base/clock.ts';
import { accountRoutes, ListenKeys } from './account-routes.ts';
import { ControlApi } from './control-api.ts';
import { decimal } from './decimals.ts';
import { Exchange } from './exchange.ts';
import { Faults } from './faults.ts';
import { instrumentOf } from './instrument.ts';
import { Journal } from './journal.ts';
import { marketRoutes } from './market-routes.ts';
import { MarketStreams } from './market-streams.ts';
import { OrderRoutes } from './order-routes.ts';
import { RateLimits, type Limits } from './rate-limits.ts';
import { RestApi } from './rest-api.ts';
import { SimServer } from './server.ts';
import type { Credentials } from './signature.ts';
import { SocketApi } from './socket-api.ts';
import { UserStreams } from './user-streams.ts';
import type { WebSocket } from 'ws';

/** Share of what a fill brings. */
const FEE_RATE = '0.00100000';

export interface SimExchangeOptions extends Limits {
  /** 0 for any that is free. */
  readonly port: number;
  readonly seed: number;
  /** Such as `BTC/USDT`. */
  readonly symbols: readonly string[];
  readonly credentials: Credentials;
  /** The key may withdraw, as a key for trading should not. */
  readonly mayWithdraw: boolean;
  /** What the account has at the start. */
  readonly balances: Readonly<Record<string, string>>;
  /** Time between two moves of the market, milliseconds; 0 for a market that moves when told to. */
  readonly tickMs: number;
  /** Where the log is; none is kept without. */
  readonly logPath?: string;
  /** Faults from the beginning, each as `POST /sim/faults` takes it. */
  readonly faults: readonly unknown[];
  readonly clock: Clock;
  /** It can't go on. */
  readonly onFailure: (error: unknown) => void;
}

/** Where it can be reached. */
export interface SimExchangeAddress {
  readonly port: number;
  readonly rest: string;
  readonly stream: string;
  readonly wsApi: string;
}

/** An exchange on this machine that speaks as Binance does, with faults on demand. */
export class SimExchange {
  readonly #options: SimExchangeOptions;
  readonly #journal: Journal;
  readonly #faults: Faults;
  readonly #users: UserStreams;
  readonly #streams: MarketStreams;
  readonly #keys = new ListenKeys();
  readonly #exchange: Exchange;
  readonly #server: SimServer;
  readonly #socketApi: SocketApi;
  #ticking: NodeJS.Timeout | undefined;

  /** @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED` */
  constructor(options: SimExchangeOptions) {
    this.#options = options;
    const { seed, credentials, clock } = options;
    const instruments = options.symbols.map((symbol) => instrumentOf(symbol));
    const now = (): number => Math.floor(clock.now()) + this.#faults.clockOffsetMs;
    this.#faults = new Faults(seed, (kind) => this.#journal.write('fault', now(), { kind }));
    this.#journal = new Journal(options.logPath);
    for (const fault of options.faults) this.#faults.change(fault);
    this.#users = new UserStreams(this.#faults);
    this.#streams = new MarketStreams(this.#faults);
    this.#exchange = new Exchange({
      instruments,
      balances: Object.entries(options.balances).map(([asset, quantity]) => ({
        asset,
        quantity: decimal(quantity),
      })),
      seed,
      feeRate: decimal(FEE_RATE),
      clock: { now, monotonic: () => clock.monotonic() },
      journal: this.#journal,
      listener: {
        userEvent: (event) => this.#users.tell(event),
        traded: (market, trade) => this.#streams.traded(market, trade),
        changed: (market) => this.#streams.changed(market),
      },
    });
    this.#streams.follow(this.#exchange);
    this.#socketApi = new SocketApi(this.#exchange, credentials, this.#users);
    this.#server = this.#makeServer(now);
  }

  /** @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED` */
  async start(): Promise<SimExchangeAddress> {
    const { tickMs } = this.#options;
    const port = await this.#server.listen(this.#options.port);
    if (tickMs > 0) this.#ticking = setInterval(() => this.#tick(), tickMs);
    return {
      port,
      rest: `http://127.0.0.1:${port}`,
      stream: `ws://127.0.0.1:${port}/stream/ws`,
      wsApi: `ws://127.0.0.1:${port}/ws-api/v3`,
    };
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    this.#streams.stop();
    this.#users.stop();
    await this.#server.close();
    this.#journal.close();
  }

  #makeServer(now: () => number): SimServer {
    const limits = new RateLimits(this.#options);
    const [exchange, faults] = [this.#exchange, this.#faults];
    const cutSockets = (): void => this.#server.cutSockets();
    const rest = new RestApi({
      routes: [
        ...marketRoutes(exchange, limits, (market) => this.#streams.depth(market)),
        ...new OrderRoutes(exchange, faults, this.#journal).list(),
        ...accountRoutes(exchange, this.#keys, {
          feeRate: FEE_RATE,
          mayWithdraw: this.#options.mayWithdraw,
        }),
      ],
      credentials: this.#options.credentials,
      limits,
      faults,
      now,
      cutSockets,
    });
    const control = new ControlApi(exchange, faults, {
      cut: cutSockets,
      count: () => this.#server.sockets,
    });
    return new SimServer({
      rest: (request) =>
        / \/sim(\/|$)/.test(request.name)
          ? Promise.resolve(control.answer(request))
          : rest.answer(request),
      socket: (path, query) => this.#acceptorOf(path, query),
      failed: this.#options.onFailure,
    });
  }

  /** What a WebSocket of that path is for. */
  #acceptorOf(path: string, query: URLSearchParams): ((socket: WebSocket) => void) | undefined {
    if (this.#faults.maintenance) return undefined;
    if (path.startsWith('/ws-api/')) return (socket) => this.#socketApi.accept(socket);
    const last = path.split('/').at(-1) ?? '';
    if (this.#keys.has(last)) return (socket) => this.#users.attach(socket);
    const inQuery = query.get('streams');
    const inPath = /^\/ws\/(.*@.*)$/.exec(path)?.[1];
    const streams = (inQuery ?? inPath ?? '').split('/').filter((name) => name !== '');
    return (socket) => this.#streams.accept(socket, streams, inQuery !== null);
  }

  #tick(): void {
    try {
      for (const market of this.#exchange.markets) this.#exchange.tick(market);
    } catch (thrown) {
      this.#options.onFailure(thrown);
    }
  }
}
