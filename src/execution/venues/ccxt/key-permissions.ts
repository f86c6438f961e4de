import { messageOf } from '../../../base/errors.ts';
import type { CcxtExchange } from '../../../exchange/ccxt-exchange.ts';
import type { CcxtClient, Json } from '../../../exchange/ccxt-types.ts';
import { ExchangeError } from '../../../exchange/errors.ts';
import { newTrace, traced } from '../../../exchange/request-trace.ts';
import { sortError } from './error-sorting.ts';

type Question = (client: CcxtClient) => Promise<boolean | undefined>;

/** Methods that ccxt makes of an exchange's list of endpoints. */
type Implicit = Readonly<Record<string, ((params?: Json) => Promise<Json>) | undefined>>;

const binance: Question = async (client) => {
  const { sapiGetAccountApiRestrictions: ask } = client as unknown as Implicit;
  const answer = await ask?.call(client, {});
  return flag(answer?.['enableWithdrawals']);
};

const bybit: Question = async (client) => {
  const { privateGetV5UserQueryApi: ask } = client as unknown as Implicit;
  const result = (await ask?.call(client, {}))?.['result'] as Json | undefined;
  const wallet = (result?.['permissions'] as Json | undefined)?.['Wallet'];
  return Array.isArray(wallet) ? wallet.includes('Withdraw') : undefined;
};

const okx: Question = async (client) => {
  const { privateGetAccountConfig: ask } = client as unknown as Implicit;
  const data = (await ask?.call(client, {}))?.['data'];
  const permissions = Array.isArray(data) ? (data[0] as Json | undefined)?.['perm'] : undefined;
  return typeof permissions === 'string' ? /\bwithdraw\b/.test(permissions) : undefined;
};

/** Where an exchange tells what a key may do. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  binance,
  binanceusdm: binance,
  bybit,
  okx,
};

function flag(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/**
 * Refuses a key that may move money away. Returns in words why it could not be told, or null if it was.
 *
 * @throws {ExchangeError} code `KEY_MAY_WITHDRAW`; `EXCHANGE_UNUSABLE` if the exchange could not be asked
 */
export async function refuseWithdrawalKey(exchange: CcxtExchange): Promise<string | null> {
  const { id, trading } = exchange;
  const question = QUESTIONS[id];
  if (question === undefined) return `${id} does not tell through ccxt what a key may do`;
  const trace = newTrace();
  let may: boolean | undefined;
  try {
    may = await traced(trace, () => question(trading));
  } catch (thrown) {
    // A sandbox has no such endpoint, and some keys may not ask. A line that is down is another matter.
    const { status } = trace;
    if (sortError(thrown, trace) === 'doubt' && (status === null || status >= 500)) {
      const why = `what the key of ${id} may do can't be asked: ${exchange.describe(thrown)}`;
      throw new ExchangeError('EXCHANGE_UNUSABLE', why, { exchange: id });
    }
    return exchange.describe(messageOf(thrown));
  }
  if (may === undefined) return `${id} did not tell`;
  if (!may) return null;
  throw new ExchangeError(
    'KEY_MAY_WITHDRAW',
    `the key for ${id} may withdraw: make one that may read and trade and nothing else`,
    { exchange: id },
  );
}
