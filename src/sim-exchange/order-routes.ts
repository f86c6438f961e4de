import { Refusal, refuse } from './errors.ts';
import type { Exchange } from './exchange.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import { describeNewOrder, describeOrder, type Order } from './order.ts';
import type { OrderName } from './order-ledger.ts';
import { readClientId, readOrderName, readOrderRequest } from './order-request.ts';
import { Params } from './params.ts';
import type { Route } from './route.ts';

/** What of a refused order goes into the log. */
const TOLD = ['symbol', 'side', 'type', 'quantity', 'quoteOrderQty', 'price', 'stopPrice'];

/** The requests that change something. */
export class OrderRoutes {
  readonly #exchange: Exchange;
  readonly #faults: Faults;
  readonly #journal: Journal;

  constructor(exchange: Exchange, faults: Faults, journal: Journal) {
    this.#exchange = exchange;
    this.#faults = faults;
    this.#journal = journal;
  }

  list(): Route[] {
    return [
      {
        name: 'POST /api/v3/order',
        kind: 'order',
        weight: 1,
        placesOrder: true,
        run: (params) => this.#place(params),
      },
      {
        name: 'POST /api/v3/order/test',
        kind: 'query',
        weight: 1,
        run: (params) => {
          this.#exchange.check(readOrderRequest(params, this.#exchange));
          return {};
        },
      },
      {
        name: 'POST /api/v3/order/cancelReplace',
        kind: 'order',
        weight: 1,
        placesOrder: true,
        run: (params) => this.#replace(params),
      },
      {
        name: 'DELETE /api/v3/order',
        kind: 'cancel',
        weight: 1,
        run: (params) => this.#cancel(readOrderName(params), params),
      },
      {
        name: 'DELETE /api/v3/openOrders',
        kind: 'cancel',
        weight: 1,
        run: (params) => this.#cancelAll(params),
      },
    ];
  }

  /** A refused order is in the log, whoever sent it and whatever was wrong with it. */
  #place(params: Params): unknown {
    try {
      const request = readOrderRequest(params, this.#exchange);
      if (this.#faults.strikes('reject', 'order') !== undefined) {
        throw refuse.order('Order was rejected by the exchange.');
      }
      const pieces = this.#faults.strikes('partial-fills', 'order')?.pieces ?? 1;
      const form = params.optional('newOrderRespType') ?? defaultForm(request.type);
      return describeNewOrder(this.#exchange.place(request, pieces), form);
    } catch (thrown) {
      if (thrown instanceof Refusal) {
        this.#journal.write('rejected', this.#exchange.nowMs, {
          clientOrderId: params.optional('newClientOrderId') ?? null,
          request: Object.fromEntries(TOLD.map((name) => [name, params.optional(name)])),
          code: thrown.code,
          msg: thrown.message,
        });
      }
      throw thrown;
    }
  }

  #cancel(name: OrderName, params: Params, idName = 'newClientOrderId'): Record<string, unknown> {
    this.#exchange.market(name.symbol);
    const cancelId = readClientId(params, idName);
    return describeCanceled(this.#exchange.cancel(name, cancelId), cancelId);
  }

  #cancelAll(params: Params): unknown {
    const symbol = params.required('symbol');
    this.#exchange.market(symbol);
    const open = this.#exchange.ledger.open(symbol);
    if (open.length === 0) throw refuse.unknownOrder();
    return open.map(({ id }) => this.#cancel({ symbol, orderId: id }, new Params([])));
  }

  #requireState(name: OrderName, restriction: string | undefined): void {
    const order = this.#exchange.ledger.findOpen(name);
    if (restriction === undefined || order === undefined) return;
    if (`ONLY_${order.status}` !== restriction) {
      throw new Refusal(-2011, 'Order was not canceled due to cancel restrictions.');
    }
  }

  #replace(params: Params): unknown {
    const mode = params.word(
      'cancelReplaceMode',
      ['STOP_ON_FAILURE', 'ALLOW_FAILURE'],
      -1128,
      'Combination of optional parameters invalid.',
    );
    const name = readOrderName(params, 'cancelOrderId', 'cancelOrigClientOrderId');
    const restriction = readRestriction(params);
    const canceled = attempt(() => {
      this.#requireState(name, restriction);
      return this.#cancel(name, params, 'cancelNewClientOrderId');
    });
    const placed =
      canceled.ok || mode === 'ALLOW_FAILURE' ? attempt(() => this.#place(params)) : undefined;
    const data = {
      cancelResult: canceled.ok ? 'SUCCESS' : 'FAILURE',
      newOrderResult: placed === undefined ? 'NOT_ATTEMPTED' : placed.ok ? 'SUCCESS' : 'FAILURE',
      cancelResponse: canceled.value,
      newOrderResponse: placed?.value ?? null,
    };
    if (canceled.ok && placed?.ok === true) return data;
    if (!canceled.ok && placed?.ok !== true) {
      throw new Refusal(-2022, 'Order cancel-replace failed.', { data });
    }
    const message = 'Order cancel-replace partially failed.';
    throw new Refusal(-2021, message, { status: 409, data });
  }
}

/** In which state alone the order may be canceled. */
function readRestriction(params: Params): string | undefined {
  if (!params.has('cancelRestrictions')) return undefined;
  const known = ['ONLY_NEW', 'ONLY_PARTIALLY_FILLED'];
  return params.word('cancelRestrictions', known, -1145, 'Invalid cancelRestrictions');
}

function defaultForm(type: string): string {
  return type === 'MARKET' || type === 'LIMIT' ? 'FULL' : 'ACK';
}

function describeCanceled(order: Order, cancelId: string): Record<string, unknown> {
  const {
    clientOrderId,
    time: _time,
    isWorking: _working,
    updateTime,
    ...told
  } = describeOrder(order);
  return {
    ...told,
    origClientOrderId: clientOrderId,
    clientOrderId: cancelId,
    transactTime: updateTime,
  };
}

/** Either half of a cancel-and-replace may fail on its own. */
function attempt(act: () => unknown): { ok: boolean; value: unknown } {
  try {
    return { ok: true, value: act() };
  } catch (thrown) {
    if (thrown instanceof Refusal) return { ok: false, value: thrown };
    throw thrown;
  }
}
