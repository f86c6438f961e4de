import { messageOf, quote } from '../base/errors.ts';
import { silentLogger, type Logger } from '../base/logger.ts';
import type { Instrument, InstrumentKind } from '../model/instrument.ts';
import { loadCcxtClass } from './ccxt-loading.ts';
import type { CcxtClient, Json } from './ccxt-types.ts';
import { ContainedSockets } from './contained-sockets.ts';
import { ExchangeError } from './errors.ts';
import { traitsOf } from './exchange-traits.ts';
import { overrideUrls, type ExchangeUrls } from './exchange-urls.ts';
import { instrumentOf, kindOf } from './instrument-of.ts';
import { redact } from './redaction.ts';
import { watchRequests } from './request-trace.ts';
import type { ExchangeCredentials } from './secret.ts';

export interface CcxtExchangeOptions {
  /** As ccxt calls it, such as `binance`. */
  readonly id: string;
  /** What is traded. Default: `spot`. */
  readonly kind?: InstrumentKind;
  /** Without them there is market data and nothing else. */
  readonly credentials?: ExchangeCredentials;
  /** The exchange's own test environment, where it has one. Default: false. */
  readonly sandbox?: boolean;
  /** Other addresses, such as those of a local exchange. */
  readonly urls?: ExchangeUrls;
  /** An answer that takes longer is none, milliseconds. Default: 10,000. */
  readonly timeoutMs?: number;
  /** Time between two looks at the exchange's clock, milliseconds. Default: 600,000. */
  readonly clockRefreshMs?: number;
  /** More options of ccxt's own `options`. */
  readonly ccxtOptions?: Readonly<Json>;
  readonly logger?: Logger;
}

const TIMEOUT_MS = 10_000;
const CLOCK_REFRESH_MS = 600_000;
/** The clock is read so often at most, until an answer has come within so many milliseconds. */
const CLOCK_READS = 4;
const CLOCK_GOOD_MS = 250;

/**
 * One exchange, opened once for all that use it. There are two sides, each with WebSockets of its own: `data`
 * reads market data and has no keys; `trading` has the keys, and its numbers are text with all digits that
 * came. They share the markets, the clock and one rate budget, which all requests wait for.
 */
export class CcxtExchange {
  readonly id: string;
  readonly kind: InstrumentKind;
  readonly sandbox: boolean;
  /** There are keys; whether they are good is another question. */
  readonly hasCredentials: boolean;
  /** For market data. Numbers are numbers: ccxt's order books need that. */
  readonly data: CcxtClient;
  /** For orders and accounts. Numbers are text. */
  readonly trading: CcxtClient;
  readonly dataSockets: ContainedSockets;
  readonly tradingSockets: ContainedSockets;
  readonly #instruments: ReadonlyMap<string, Instrument>;
  readonly #logger: Logger;
  readonly #credentials: ExchangeCredentials | undefined;
  readonly #timer: NodeJS.Timeout;

  private constructor(options: CcxtExchangeOptions, data: CcxtClient, trading: CcxtClient) {
    this.id = options.id;
    this.kind = options.kind ?? 'spot';
    this.sandbox = options.sandbox ?? false;
    this.hasCredentials = options.credentials !== undefined;
    this.data = data;
    this.trading = trading;
    this.dataSockets = new ContainedSockets(data);
    this.tradingSockets = new ContainedSockets(trading);
    this.#credentials = options.credentials;
    this.#logger = options.logger ?? silentLogger;
    this.#instruments = instrumentsOf(trading, this.kind);
    this.#timer = setInterval(() => {
      this.refreshClock().catch((thrown: unknown) => {
        this.#logger.log('warn', `the clock of ${this.id} can't be read: ${this.describe(thrown)}`);
      });
    }, options.clockRefreshMs ?? CLOCK_REFRESH_MS);
    this.#timer.unref();
  }

  /**
   * Loads ccxt's class of the exchange, its clock and its markets.
   *
   * @throws {ExchangeError} code `UNKNOWN_EXCHANGE`, or `EXCHANGE_UNUSABLE` if it can't be reached
   */
  static async open(options: CcxtExchangeOptions): Promise<CcxtExchange> {
    const Ccxt = await loadCcxtClass(options.id);
    try {
      const trading = await makeClient(Ccxt, options, options.credentials);
      const data = await makeClient(Ccxt, options, undefined);
      trading.number = String;
      // Whoever watches here waits between two attempts by himself.
      const ws = trading.options['ws'] as Json | undefined;
      trading.options['ws'] = { ...ws, backoff: { base: 0, max: 0 } };
      data.throttler = trading.throttler;
      watchRequests(trading);
      await readClock(trading, data);
      await trading.loadMarkets();
      data.setMarketsFromExchange(trading);
      return new CcxtExchange(options, data, trading);
    } catch (thrown) {
      throw new ExchangeError(
        'EXCHANGE_UNUSABLE',
        `${quote(options.id)} can't be used: ${redact(messageOf(thrown), options.credentials)}`,
        { exchange: options.id },
      );
    }
  }

  /** Undefined for a symbol that is not traded here. Symbols are ccxt's unified ones. */
  instrument(symbol: string): Instrument | undefined {
    return this.#instruments.get(symbol);
  }

  get instruments(): readonly Instrument[] {
    return [...this.#instruments.values()];
  }

  /** Requests that wait for their share of the rate budget, of both sides. */
  get queueLength(): number {
    const { queue, queueHead } = this.trading.throttler;
    return queue.length - queueHead;
  }

  /** How far this machine's clock is ahead of the exchange's, milliseconds. */
  get clockOffsetMs(): number {
    return Number(this.trading.options['timeDifference'] ?? 0);
  }

  /** The exchange's time, milliseconds since the epoch. */
  get nowMs(): number {
    return Date.now() - this.clockOffsetMs;
  }

  /** Measures the clock offset again; after an error that blames the timestamp, for one. */
  async refreshClock(): Promise<void> {
    await readClock(this.trading, this.data);
  }

  /** What was thrown, in words that have no key, no secret and no signed query in them. */
  describe(thrown: unknown): string {
    return redact(messageOf(thrown), this.#credentials);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.dataSockets.discard(), this.tradingSockets.discard()]);
  }
}

async function makeClient(
  Ccxt: new (options: Json) => CcxtClient,
  options: CcxtExchangeOptions,
  credentials: ExchangeCredentials | undefined,
): Promise<CcxtClient> {
  const { id, kind = 'spot' } = options;
  const traits = traitsOf(id);
  const client = new Ccxt({
    newUpdates: true,
    enableRateLimit: true,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    options: {
      ...(kind === 'spot'
        ? { defaultType: 'spot' }
        : { defaultType: 'swap', defaultSubType: 'linear' }),
      ...traits.options(kind),
      // The clock offset is measured here, for both sides at once.
      adjustForTimeDifference: false,
      ...options.ccxtOptions,
      // An order that is sent again may be an order too many.
      maxRetriesOnFailure: 0,
    },
  });
  if (credentials !== undefined) giveKeys(client, credentials);
  if (options.sandbox === true) client.setSandboxMode(true);
  if (options.urls !== undefined) overrideUrls(client, options.urls);
  if (traits.skipCurrencies === true) client.has['fetchCurrencies'] = false;
  // ccxt refuses ws:// addresses until this was called.
  if (options.urls !== undefined) await client.loadHttpProxyAgent();
  return client;
}

/** The keys stand where ccxt looks for them, and where neither JSON nor an inspection does. */
function giveKeys(client: CcxtClient, { apiKey, apiSecret, password }: ExchangeCredentials): void {
  const keys = { apiKey, secret: apiSecret, ...(password !== null && { password }) };
  for (const [name, secret] of Object.entries(keys)) {
    const value = secret.reveal();
    Object.defineProperty(client, name, { value, enumerable: false, writable: true });
  }
}

/** By the fastest of some questions: on a slow one, the guess is wrong by up to half the time it took. */
async function readClock(trading: CcxtClient, data: CcxtClient): Promise<void> {
  if (trading.has['fetchTime'] !== true) return;
  let bestMs = Number.POSITIVE_INFINITY;
  for (let asked = 0; asked < CLOCK_READS && bestMs > CLOCK_GOOD_MS; asked += 1) {
    const sentMs = Date.now();
    const theirsMs = Number(await data.fetchTime());
    const nowMs = Date.now();
    // Half way between question and answer is the best guess at when it was told.
    const offsetMs = Math.round((sentMs + nowMs) / 2 - theirsMs);
    if (nowMs - sentMs >= bestMs || !Number.isFinite(offsetMs)) continue;
    bestMs = nowMs - sentMs;
    for (const client of [trading, data]) client.options['timeDifference'] = offsetMs;
  }
}

function instrumentsOf(client: CcxtClient, kind: InstrumentKind): Map<string, Instrument> {
  const found = Object.values(client.markets ?? {}).filter((market) => kindOf(market) === kind);
  return new Map(found.map((market) => [market.symbol, instrumentOf(market, kind, client)]));
}
