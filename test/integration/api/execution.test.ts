import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../support/wait.ts';
import { Served } from './served.ts';

const WORKER = 'flipper';
const REASON = 'a test';
/** Far longer than anything takes. */
const LIMIT_MS = 30_000;

let served: Served;
const logged: string[] = [];

beforeAll(async () => {
  served = await Served.start({
    market: { source: 'synthetic', symbols: ['BTC/USDT', 'ETH/USDT'], stepMs: 20 },
    workers: {
      idle: 1,
      survive: false,
      run: [{ id: WORKER, strategy: 'flips', symbols: ['BTC/USDT'] }],
    },
    alerts: { webhook: { url: 'http://127.0.0.1:9/T0/B0/very-secret', secret: 'hush' } },
  });
  served.service.system.manager.on('log', (_, line) => logged.push(line.message));
}, 60_000);

afterAll(() => served[Symbol.asyncDispose](), 60_000);

async function fillsOf(): Promise<number> {
  return (await served.call('listFills', { query: { workerId: WORKER, limit: 5_000 } })).items
    .length;
}

/** As `waitFor`, for what has to be asked for. */
async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + LIMIT_MS;
  while (!(await look())) {
    if (performance.now() > endsAtMs) throw new Error(`waited ${LIMIT_MS} ms in vain for ${what}`);
    await delay(50);
  }
}

describe('the API of a system whose workers are still to be started', () => {
  it('lives, and says that it is not ready, and why', async () => {
    expect(await served.call('getLive')).toEqual({ status: 'live' });
    const refusal = await served.refusal('getReady');
    expect(refusal).toMatchObject({ status: 503, code: 'NOT_READY' });
    expect(refusal['checks']).toContainEqual({
      name: 'service',
      isReady: false,
      reason: expect.stringContaining('being started'),
    });
  });

  it('is ready once they run', async () => {
    await served.service.startWorkers();
    await until('the system to be ready', async () => {
      const { checks } = await served.call('getReady');
      expect(checks.map(({ name }) => name)).toEqual([
        'service',
        'feed',
        'trading',
        'journal',
        'disk',
      ]);
      return true;
    });
  });
});

describe('orders over the API', () => {
  it('are shown with what was traded, what is held and what the account has', async () => {
    await until('fills', async () => (await fillsOf()) >= 4);
    const { items: fills } = await served.call('listFills', { query: { limit: 3 } });
    expect(fills.map(({ timestamp }) => timestamp)).toEqual(
      fills.map(({ timestamp }) => timestamp).toSorted((one, other) => one - other),
    );
    expect(fills).toHaveLength(3);
    const { items: orders } = await served.call('listOrders', { query: { limit: 50 } });
    expect(orders.length).toBeGreaterThan(2);
    expect(orders[0]?.createdAt).toBeGreaterThanOrEqual(orders.at(-1)?.createdAt as number);
    expect(orders.every(({ workerId }) => workerId === WORKER)).toBe(true);
    const [order] = orders;
    const params = { clientOrderId: order?.clientOrderId as string };
    expect(await served.call('getOrder', { params })).toMatchObject(params);
    const { items: positions, net } = await served.call('listPositions');
    expect(positions).toMatchObject([{ owner: WORKER, symbol: 'BTC/USDT' }]);
    expect(Object.keys(net)).toEqual(['BTC/USDT']);
    const account = await served.call('getAccount');
    expect(account.venue).toBe('paper');
    expect(Number(account.balances['USDT']?.total)).toBeLessThan(100_000);
    expect(Number(account.pnl['USDT']?.fees)).toBeGreaterThan(0);
    expect(await served.call('getTrading')).toMatchObject({
      venue: 'paper',
      mode: 'paper',
      closedBecause: null,
    });
  });

  it('are canceled one by one and together, and what is not known is said to be so', async () => {
    const restingOf = async (): Promise<string | undefined> => {
      const query = { workerId: WORKER, symbol: 'BTC/USDT', open: 'true' as const };
      const { items } = await served.call('listOrders', { query });
      return items.find(({ tag }) => tag === 'resting')?.clientOrderId;
    };
    await until('a resting order', async () => (await restingOf()) !== undefined);
    const clientOrderId = (await restingOf()) as string;
    const canceled = await served.call('cancelOrder', {
      params: { clientOrderId },
      role: 'operate',
    });
    expect(canceled).toMatchObject({
      outcome: 'accepted',
      rule: null,
      reason: null,
      order: { clientOrderId, status: 'canceled' },
    });
    expect(await served.call('cancelOrder', { params: { clientOrderId } })).toMatchObject({
      outcome: 'denied',
      rule: 'NOT_OPEN',
    });
    expect(await served.refusal('getOrder', { params: { clientOrderId: 'no-1' } })).toMatchObject({
      status: 404,
      code: 'UNKNOWN_ORDER',
    });
    expect(
      await served.refusal('cancelOrder', { params: { clientOrderId: 'no-1' } }),
    ).toMatchObject({
      code: 'UNKNOWN_ORDER',
    });
    await until('another resting order', async () => (await restingOf()) !== undefined);
    const { outcomes } = await served.call('cancelOrders', { body: { workerId: WORKER } });
    expect(outcomes.map(({ order }) => order?.tag)).toContain('resting');
    expect(await served.refusal('cancelOrders', { body: { workerId: 'fliper' } })).toMatchObject({
      status: 404,
      code: 'UNKNOWN_WORKER',
    });
    expect(
      await served.refusal('cancelOrders', { body: { workerId: WORKER }, role: 'read' }),
    ).toMatchObject({ status: 403 });
  });

  it('meet other limits from the next one on', async () => {
    expect(await served.call('getRisk')).toEqual({});
    const limits = { strategies: { [WORKER]: { maxOrderQuantity: '0.0000001' } } };
    expect(await served.call('putRisk', { body: { limits, confirm: true } })).toEqual(limits);
    await waitFor('an order that is denied', () =>
      logged.some((line) => line.includes('MAX_ORDER_QUANTITY')),
    );
    const { items } = await served.call('listDenials', { query: { workerId: WORKER } });
    expect(items[0]).toMatchObject({ rule: 'MAX_ORDER_QUANTITY', action: 'submit' });
    const wrong = { all: { maxDailyLoss: '0' } };
    expect(
      await served.refusal('putRisk', { body: { limits: wrong, confirm: true } }),
    ).toMatchObject({
      status: 400,
      code: 'INVALID_RISK_LIMIT',
      detail: expect.stringContaining('all.maxDailyLoss'),
    });
    expect(await served.call('getRisk', { role: 'read' })).toEqual(limits);
    await served.call('putRisk', { body: { limits: {}, confirm: true } });
    const before = await fillsOf();
    await until('more fills', async () => (await fillsOf()) > before);
  });

  it('are compared with the venue when somebody wants it', async () => {
    const { lastReconciliation } = await served.call('reconcile', { role: 'operate' });
    expect(lastReconciliation?.at).toBeGreaterThan(served.service.startedAt);
  });
});

describe('the kill switch over the API', () => {
  it('halts at once for whoever operates, is on the disk, and denies the next orders', async () => {
    const { switches, kept } = await served.call('setKillSwitch', {
      body: { scope: 'all', state: 'halted', reason: REASON },
      role: 'operate',
    });
    expect(kept).toBe(true);
    expect(switches).toMatchObject([
      { scope: 'all', state: 'halted', reason: REASON, by: 'a operate' },
    ]);
    await waitFor('an order that is denied', () => logged.some((line) => line.includes('HALTED')));
    // What had left before may still be filled: not so what comes after it.
    const orders = async (): Promise<number> =>
      (await served.call('listOrders', { query: { limit: 1_000 } })).items.length;
    const before = await orders();
    const denied = logged.length;
    await waitFor('more that are denied', () => logged.length > denied);
    expect(await orders()).toBe(before);
  });

  it('is lifted and loosened only by whoever trades and says so', async () => {
    const lift = { scope: 'all', state: 'active', reason: REASON } as const;
    const loosen = { ...lift, state: 'reduce-only' } as const;
    const confirm = true;
    const of = (body: object, role: 'operate' | 'trade') => ({ body: body as typeof lift, role });
    for (const body of [lift, loosen]) {
      expect(
        await served.refusal('setKillSwitch', of({ ...body, confirm }, 'operate')),
      ).toMatchObject({ status: 403, code: 'ROLE_NEEDED' });
      expect(await served.refusal('setKillSwitch', of(body, 'trade'))).toMatchObject({
        code: 'CONFIRMATION_NEEDED',
      });
    }
    expect((await served.call('getKillSwitch')).switches).toMatchObject([{ state: 'halted' }]);
    await served.call('setKillSwitch', of({ ...lift, confirm }, 'trade'));
    expect((await served.call('getKillSwitch')).switches).toEqual([]);
  });

  it('takes no typing error for a halt, and no reason that would begin a flatten', async () => {
    const halt = { scope: 'strategy:fliper', state: 'halted', reason: REASON } as const;
    expect(await served.refusal('setKillSwitch', { body: halt })).toMatchObject({
      status: 404,
      code: 'UNKNOWN_WORKER',
    });
    const sly = { scope: 'all', state: 'reduce-only', reason: 'flatten: all of it' } as const;
    expect(await served.refusal('setKillSwitch', { body: sly })).toMatchObject({
      code: 'INVALID_SWITCH',
    });
    expect((await served.call('getKillSwitch')).switches).toEqual([]);
  });

  it('flattens: cancels what is open, closes what is held, and halts', async () => {
    const held = async (): Promise<string | undefined> =>
      (await served.call('listPositions')).items[0]?.quantity;
    await until('something to be held', async () => (await held()) !== '0');
    const scope = `strategy:${WORKER}`;
    const result = await served.call('flatten', {
      body: { scope, reason: REASON, confirm: true },
      role: 'operate',
    });
    expect(result.isDone).toBe(true);
    await until('nothing to be held', async () => (await held()) === '0');
    const { items } = await served.call('listOrders', { query: { open: 'true' } });
    expect(items).toEqual([]);
    expect((await served.call('getKillSwitch')).switches).toMatchObject([
      { scope, state: 'halted', reason: `flattened: ${REASON}` },
    ]);
  });
});

describe('the market over the API', () => {
  it('is shown by symbol, by topic and as bars, also of a timeframe that nobody asked for', async () => {
    expect((await served.call('listSymbols')).items).toEqual([
      { symbol: 'BTC/USDT', dataTypes: ['trade'] },
      { symbol: 'ETH/USDT', dataTypes: [] },
    ]);
    const { items } = await served.call('listLastValues', { query: { symbols: 'BTC/USDT' } });
    expect(items).toMatchObject([
      { dataType: 'trade', staleBecause: null, subscribers: 1, event: { type: 'trade' } },
    ]);
    expect(items[0]?.price).toBe(items[0]?.event?.['price']);
    await until('bars of a second', async () => {
      const query = { symbol: 'BTC/USDT', timeframe: '1s', limit: 2 };
      const bars = (await served.call('listBars', { query })).items;
      return bars.length === 2 && bars[1]?.timestamp === (bars[0]?.timestamp as number) + 1_000;
    });
    expect((await served.call('listBars', { query: { symbol: 'ETH/USDT' } })).items).toEqual([]);
    expect(await served.refusal('listBars', { query: { symbol: 'BTC/USD' } })).toMatchObject({
      status: 404,
      code: 'UNKNOWN_MARKET_SYMBOL',
    });
    const wrong = { symbol: 'BTC/USDT', timeframe: '1x' };
    expect(await served.refusal('listBars', { query: wrong })).toMatchObject({
      code: 'INVALID_TIMEFRAME',
    });
    expect(await served.call('getFeed')).toMatchObject({
      feed: 'synthetic',
      state: 'live',
      reason: null,
      topics: 1,
      stale: [],
    });
  });
});

describe('the system over the API', () => {
  it('says what it is, and shows its configuration without secrets', async () => {
    expect(await served.call('getSystem')).toMatchObject({
      pid: process.pid,
      workers: { total: 1, running: 1, max: 50 },
      venue: 'paper',
      mode: 'paper',
      feed: 'synthetic',
    });
    const shown = await served.call('getConfig', { role: 'operate' });
    expect(shown.config['alerts']).toMatchObject({
      webhook: { url: 'http://127.0.0.1:9/(secret)', secret: '(secret)' },
    });
    expect(JSON.stringify(shown)).not.toMatch(/very-secret|hush/);
    expect(await served.refusal('reloadConfig')).toMatchObject({ code: 'NO_CONFIG_FILE' });
  });

  it('shows who did what, and that nobody has changed that', async () => {
    const { items } = await served.call('listAudit', { query: { action: 'setKillSwitch' } });
    expect(items.map(({ result }) => result)).toContain('applied');
    expect(items.map(({ reason }) => reason)).toContain('ROLE_NEEDED');
    expect(await served.call('verifyAudit')).toMatchObject({ isWhole: true, firstBad: null });
  });

  it('shows alerts newest first, and says which channel can not be reached', async () => {
    const about = { kind: 'feed-stale', severity: 'info', subject: 'BTC/USDT' } as const;
    served.service.alerts.raise({ ...about, title: 'stale', text: 'a test' });
    const { items } = await served.call('listAlerts', { query: { limit: 2 } });
    expect(items).toMatchObject([{ title: 'stale', count: 1 }, { kind: 'kill-switch' }]);
    // Nothing listens there.
    const { channels } = await served.call('testAlerts', { role: 'operate' });
    expect(channels).toMatchObject([{ name: 'webhook', isSent: false }]);
    expect(channels[0]?.reason).not.toContain('very-secret');
  });

  it('gives tokens, whose text is shown once, and takes them away', async () => {
    const { token, text } = await served.call('createToken', { body: { name: 'x', role: 'read' } });
    const { items } = await served.call('listTokens');
    expect(items).toContainEqual(token);
    expect(JSON.stringify(items)).not.toContain(text);
    await served.call('revokeToken', { params: { id: token.id } });
    expect(await served.refusal('revokeToken', { params: { id: token.id } })).toMatchObject({
      status: 404,
      code: 'UNKNOWN_TOKEN',
    });
  });
});

describe('bodies over the API', () => {
  const halt = JSON.stringify({ scope: 'all', state: 'halted', reason: REASON });

  function chunked(...parts: readonly string[]): Promise<Response> {
    return fetch(`${served.address}/api/v1/kill-switch`, {
      method: 'PUT',
      headers: {
        Authorization: `Bearer ${served.tokenOf('operate')}`,
        'Content-Type': 'application/json',
      },
      body: ReadableStream.from(parts.map((part) => Buffer.from(part))),
      duplex: 'half',
    } as RequestInit);
  }

  it('may come in parts whose number is not told before', async () => {
    const response = await chunked(halt.slice(0, 10), halt.slice(10));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ kept: true });
  });

  it('are refused where they get too large', async () => {
    const response = await chunked(halt, ' '.repeat(65_536));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'BODY_TOO_LARGE' });
  });
});

describe('the API of a system that executes no orders', () => {
  it('reads what is true, which is nothing, and refuses to change it', async () => {
    await using none = await Served.start({ trading: { venue: 'none' }, workers: { idle: 0 } });
    expect(await none.call('getTrading')).toEqual({
      venue: null,
      mode: 'none',
      closedBecause: null,
      switches: [],
      lastReconciliation: null,
    });
    expect(await none.call('listOrders')).toEqual({ items: [] });
    expect(await none.call('listDenials')).toEqual({ items: [] });
    expect(await none.call('listFills')).toEqual({ items: [] });
    expect(await none.call('listPositions')).toEqual({ items: [], net: {} });
    expect(await none.call('getAccount')).toEqual({ venue: null, balances: {}, pnl: {} });
    expect(await none.call('getRisk')).toEqual({});
    expect(await none.call('getKillSwitch')).toEqual({ switches: [] });
    const halt = { scope: 'all', state: 'halted', reason: REASON } as const;
    const flatten = { scope: 'all', reason: REASON, confirm: true } as const;
    const refused = { status: 409, code: 'NO_VENUE' };
    expect(await none.refusal('setKillSwitch', { body: halt })).toMatchObject(refused);
    expect(await none.refusal('flatten', { body: flatten })).toMatchObject(refused);
    expect(await none.refusal('cancelOrders', { body: {} })).toMatchObject(refused);
    expect(await none.refusal('reconcile')).toMatchObject(refused);
    const limits = { body: { limits: {}, confirm: true } } as const;
    expect(await none.refusal('putRisk', limits)).toMatchObject(refused);
    await none.service.startWorkers();
    const { checks } = await none.call('getReady');
    expect(checks.map(({ name }) => name)).toEqual(['service', 'feed', 'disk']);
    expect(await none.call('getFeed')).toMatchObject({ state: 'live', topics: 0 });
  });
});
