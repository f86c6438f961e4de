import { systemClock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { CcxtExchange } from '../exchange/ccxt-exchange.ts';
import { readCredentials } from '../exchange/credentials.ts';
import { simExchangeUrls, type SimExchangeAddress } from '../exchange/exchange-urls.ts';
import { Secret, type ExchangeCredentials } from '../exchange/secret.ts';
import { ExecutionError } from '../execution/errors.ts';
import type { ExecutionVenue } from '../execution/venue.ts';
import { CcxtVenue } from '../execution/venues/ccxt/ccxt-venue.ts';
import type { PaperVenueOptions } from '../execution/venues/paper/paper-options.ts';
import { PaperVenue } from '../execution/venues/paper/paper-venue.ts';
import { CcxtFeed } from '../market/ccxt/ccxt-feed.ts';
import type { MarketFeed } from '../market/market-feed.ts';
import { SyntheticFeed } from '../market/synthetic/synthetic-feed.ts';
import type { SyntheticFeedOptions } from '../market/synthetic/synthetic-options.ts';
import type { InstrumentKind } from '../model/instrument.ts';

/** Options of the paper venue that a person sets. */
export type PaperOptions = Omit<PaperVenueOptions, 'name' | 'instruments'>;

/** Which exchange market data comes from, and whether orders go there. */
export interface ExchangeAccessOptions {
  /** As ccxt calls it. */
  readonly exchange: string;
  /** @default spot */
  readonly kind?: InstrumentKind;
  /** Where orders go: to a simulated market in this process, to the exchange, or nowhere. @default paper */
  readonly venue?: 'paper' | 'exchange' | 'none';
  /** Real money may be spent. Without it orders go to the exchange only in its sandbox. @default false */
  readonly live?: boolean;
  /** The exchange's test environment. @default false */
  readonly sandbox?: boolean;
  /** Name of the keys. @default that of the exchange */
  readonly keys?: string;
  /** Asked if the keys are in a file and the environment has no passphrase. */
  readonly passphrase?: () => Promise<string>;
  /** A simulated exchange in place of the real one. */
  readonly simExchange?: SimExchangeAddress;
  /** Where a key file may be. @default nowhere: the keys come from the environment */
  readonly home?: string;
  readonly paper?: PaperOptions;
  readonly logger?: Logger;
}

/** A market: what it says, and where orders go. */
export interface MarketAccess {
  readonly feed: MarketFeed;
  /** Null if no orders are executed. */
  readonly venue: ExecutionVenue | null;
  /** To be called once feed and venue have stopped. */
  close(): Promise<void>;
}

/** @throws {ExchangeError | KeysError} if the exchange can't be opened */
export async function openExchange(options: ExchangeAccessOptions): Promise<MarketAccess> {
  const { exchange: id, kind = 'spot', sandbox = false, simExchange, logger } = options;
  const credentials = options.venue === 'exchange' ? await credentialsOf(options) : undefined;
  const exchange = await CcxtExchange.open({
    id,
    kind,
    sandbox,
    ...(credentials && { credentials }),
    ...(simExchange && { urls: simExchangeUrls(simExchange) }),
    ...(logger && { logger }),
  });
  return {
    feed: new CcxtFeed({ exchange, ...(logger && { logger }) }),
    venue: venueOf(options, exchange),
    close: () => exchange.close(),
  };
}

/** A market that is made up, with orders on paper. */
export function openSynthetic(
  feed: SyntheticFeedOptions,
  paper: PaperOptions | null,
): MarketAccess {
  return {
    feed: new SyntheticFeed(feed),
    venue: paper && new PaperVenue(paper, systemClock),
    close: () => Promise.resolve(),
  };
}

/** Real money needs a word of its own, and a journal that outlives the process. @throws {ExecutionError} code `NOT_LIVE` or `HOME_NEEDED` */
export function checkStakes(
  options: Pick<ExchangeAccessOptions, 'venue' | 'live' | 'sandbox' | 'home' | 'simExchange'>,
): void {
  const { venue, live, sandbox, home, simExchange } = options;
  if (venue !== 'exchange') return;
  if (live !== true && sandbox !== true && simExchange === undefined) {
    throw new ExecutionError(
      'NOT_LIVE',
      'orders would go to the exchange with real money: say so with live, or take the sandbox or the paper venue',
    );
  }
  if (home === undefined) {
    throw new ExecutionError(
      'HOME_NEEDED',
      'orders at an exchange need a home directory: the journal of what was sent must outlive the process',
    );
  }
}

function credentialsOf(options: ExchangeAccessOptions): Promise<ExchangeCredentials> {
  const { exchange, keys = exchange, home, passphrase } = options;
  const ask = async (): Promise<Secret> =>
    new Secret(process.env['QUANTCELL_KEYS_PASSPHRASE'] ?? (await passphrase?.()) ?? '');
  return readCredentials(keys, { env: process.env, home: home ?? null, passphrase: ask });
}

function venueOf(options: ExchangeAccessOptions, exchange: CcxtExchange): ExecutionVenue | null {
  const { venue = 'paper', paper, logger } = options;
  if (venue === 'none') return null;
  if (venue === 'exchange') {
    return new CcxtVenue({ exchange, name: venueNameOf(options), ...(logger && { logger }) });
  }
  // The exchange's own steps and fees, so that what works on paper works there.
  const instruments = (symbol: string): ReturnType<CcxtExchange['instrument']> =>
    exchange.instrument(symbol);
  return new PaperVenue({ ...paper, instruments }, systemClock);
}

/** Orders of a sandbox are not those of the exchange, nor are those of its futures those of its spot market. */
function venueNameOf({ exchange, kind, sandbox, simExchange }: ExchangeAccessOptions): string {
  return [
    exchange,
    ...(kind === 'linear' ? [kind] : []),
    ...(sandbox === true ? ['sandbox'] : []),
    ...(simExchange === undefined ? [] : ['simulated']),
  ].join('-');
}
