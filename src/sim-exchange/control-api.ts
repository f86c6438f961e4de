import { messageOf } from '../base/errors.ts';
import { parseDecimal } from './decimals.ts';
import { Refusal, SimExchangeError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Faults } from './faults.ts';
import { describeFill, describeOrder } from './order.ts';
import type { SymbolMarket } from './symbol-market.ts';
import type { RestAnswer, RestRequest } from './rest-api.ts';

const MAX_TICKS = 10_000;

/** The WebSockets of all clients. */
export interface ControlledSockets {
  cut(): void;
  count(): number;
}

/** What belongs to the simulation and not to Binance: its state, its market, its faults. */
export class ControlApi {
  readonly #exchange: Exchange;
  readonly #faults: Faults;
  readonly #sockets: ControlledSockets;

  constructor(exchange: Exchange, faults: Faults, sockets: ControlledSockets) {
    this.#exchange = exchange;
    this.#faults = faults;
    this.#sockets = sockets;
  }

  answer(request: RestRequest): RestAnswer {
    try {
      return { status: 200, headers: {}, body: this.#run(request) };
    } catch (thrown) {
      if (!(thrown instanceof Refusal || thrown instanceof SimExchangeError)) throw thrown;
      return { status: 400, headers: {}, body: { error: messageOf(thrown) } };
    }
  }

  #run({ name, body }: RestRequest): unknown {
    const input = readObject(body);
    switch (name) {
      case 'GET /sim/state':
        return this.#state();
      case 'GET /sim/faults':
        return this.#faults.describe();
      case 'POST /sim/faults':
        this.#faults.change(input);
        return this.#faults.describe();
      case 'DELETE /sim/faults':
        this.#faults.clear();
        return {};
      case 'POST /sim/price':
        return this.#price(input);
      case 'POST /sim/tick':
        return this.#tick(input);
      case 'POST /sim/cut':
        this.#sockets.cut();
        return {};
      default:
        throw new SimExchangeError(`there is no ${name}`);
    }
  }

  #state(): unknown {
    const { ledger, balances, markets } = this.#exchange;
    return {
      sockets: this.#sockets.count(),
      orders: ledger.orders.map((order) => describeOrder(order)),
      fills: ledger.fills.map((fill) => describeFill(fill)),
      balances: balances.describe(),
      prices: Object.fromEntries(
        markets.map(({ instrument, lastPrice }) => [instrument.id, lastPrice.toFixed(8)]),
      ),
    };
  }

  #price({ symbol, price }: Readonly<Record<string, unknown>>): unknown {
    const value = parseDecimal(String(price));
    if (value === undefined || value.isZero()) {
      throw new SimExchangeError(`the price ${JSON.stringify(price)} is no positive number`);
    }
    const market = this.#market(symbol);
    this.#exchange.tick(market, value);
    return { symbol: market.instrument.id, price: market.lastPrice.toFixed(8) };
  }

  #tick({ symbol, count = 1 }: Readonly<Record<string, unknown>>): unknown {
    if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > MAX_TICKS) {
      throw new SimExchangeError(`count is ${JSON.stringify(count)}: expected 1 to ${MAX_TICKS}`);
    }
    const markets = symbol === undefined ? this.#exchange.markets : [this.#market(symbol)];
    for (let tick = 0; tick < Number(count); tick += 1) {
      for (const market of markets) this.#exchange.tick(market);
    }
    return {};
  }

  /** A symbol with or without its slash. */
  #market(symbol: unknown): SymbolMarket {
    return this.#exchange.market(String(symbol).replace('/', ''));
  }
}

function readObject(body: string): Readonly<Record<string, unknown>> {
  if (body === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (thrown) {
    throw new SimExchangeError(`the body is no JSON: ${messageOf(thrown)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SimExchangeError('the body is no JSON object');
  }
  return value as Readonly<Record<string, unknown>>;
}
