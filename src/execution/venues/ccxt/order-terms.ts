import type { CcxtClient, Json } from '../../../exchange/ccxt-types.ts';
import { textOf } from '../../../exchange/ccxt-number.ts';
import type { InstrumentKind } from '../../../model/instrument.ts';
import type { Order } from '../../../model/order.ts';

/** An order as ccxt takes it. */
export interface OrderTerms {
  readonly type: 'market' | 'limit';
  readonly amount: string;
  readonly price: string | undefined;
  readonly params: Json;
}

/** What a market order of futures or a stop may be asked with; undefined where ccxt does not say. */
interface CreateFeatures {
  readonly triggerPrice?: unknown;
  readonly triggerDirection?: unknown;
  readonly timeInForce?: { readonly IOC?: unknown; readonly FOK?: unknown; readonly PO?: unknown };
}

/** What ccxt says that the exchange can do, for one method. */
export function featureOf<T>(
  client: Pick<CcxtClient, 'features'>,
  kind: InstrumentKind,
  method: string,
): T | undefined {
  const features = client.features ?? {};
  const swap = features['swap'] as Json | null | undefined;
  const of = (kind === 'spot' ? features['spot'] : swap?.['linear']) as Json | null | undefined;
  return (of?.[method] ?? undefined) as T | undefined;
}

/** The terms of an order, or in words why the exchange can't be asked for it. */
export function orderTerms(
  client: Pick<CcxtClient, 'features' | 'name' | 'amountToPrecision' | 'priceToPrecision'>,
  kind: InstrumentKind,
  order: Order,
): OrderTerms | string {
  const features = featureOf<CreateFeatures>(client, kind, 'createOrder');
  const refusal = refusalOf(client.name, features, order) ?? unevenOf(client, order);
  if (refusal !== null) return refusal;
  const isLimit = order.type === 'limit' || order.type === 'stop-limit';
  const isStop = order.stopPrice !== null;
  return {
    type: isLimit ? 'limit' : 'market',
    amount: order.quantity,
    // A price with a market order would make some exchanges read the amount as money.
    price: isLimit && order.price !== null ? order.price : undefined,
    params: {
      ...(isStop && { triggerPrice: order.stopPrice }),
      // A stop order is triggered against its side: a buy above the market, a sell below it.
      ...(isStop &&
        features?.triggerDirection === true && {
          triggerDirection: order.side === 'buy' ? 'ascending' : 'descending',
        }),
      ...(isLimit &&
        order.timeInForce !== 'gtc' && { timeInForce: order.timeInForce.toUpperCase() }),
      ...(order.postOnly && { postOnly: true }),
      // On spot there is no such flag: what is not held can't be sold, and the engine saw to the rest.
      ...(order.reduceOnly && kind === 'linear' && { reduceOnly: true }),
    },
  };
}

/** ccxt would cut or round what does not fit the market's steps, and send another order than was asked for. */
function unevenOf(
  client: Pick<CcxtClient, 'amountToPrecision' | 'priceToPrecision'>,
  { symbol, quantity, price, stopPrice }: Order,
): string | null {
  const checks = [
    ['quantity', quantity, 'amountToPrecision'],
    ['price', price, 'priceToPrecision'],
    ['stop price', stopPrice, 'priceToPrecision'],
  ] as const;
  for (const [what, wanted, method] of checks) {
    if (wanted === null) continue;
    let sent: string | null = null;
    try {
      sent = textOf(client[method](symbol, wanted));
    } catch {
      // Smaller than the least step.
    }
    if (sent !== wanted) return `the ${what} ${wanted} is no multiple of the step of ${symbol}`;
  }
  return null;
}

function refusalOf(
  name: string,
  features: CreateFeatures | undefined,
  order: Order,
): string | null {
  const { type, timeInForce, postOnly } = order;
  const wantsStop = type === 'stop' || type === 'stop-limit';
  if (wantsStop && order.stopPrice === null) return `a ${type} order needs a stop price`;
  const wantsPrice = type === 'limit' || type === 'stop-limit';
  if (wantsPrice && order.price === null) return `a ${type} order needs a price`;
  if (postOnly && type !== 'limit') return `a ${type} order can't be post-only at ${name}`;
  if (postOnly && timeInForce !== 'gtc')
    return `a post-only order can't be ${timeInForce} at ${name}`;
  if (!wantsPrice && timeInForce === 'fok') return `a ${type} order can't be fok at ${name}`;
  // ccxt says nothing of some exchanges: those are asked, and answer for themselves.
  if (features === undefined) return null;
  if (wantsStop && features.triggerPrice !== true) return `${name} takes no stop orders`;
  const tif = features.timeInForce;
  if (postOnly && tif?.PO === false) return `${name} takes no post-only orders`;
  if (wantsPrice && timeInForce === 'ioc' && tif?.IOC === false)
    return `${name} takes no ioc orders`;
  if (wantsPrice && timeInForce === 'fok' && tif?.FOK === false)
    return `${name} takes no fok orders`;
  return null;
}
