import type { ExecutionEngine } from '../../../execution/execution-engine.ts';
import type { ReconciliationResult } from '../../../execution/reconciler.ts';
import type { TradingSwitch } from '../../../execution/trading-switches.ts';
import type { Order } from '../../../model/order.ts';
import type { WatchParts } from './watch-options.ts';

const MOST_NAMED = 10;

/** Tells what becomes of trading: when it is closed, who halts it, and which orders nobody knows about. */
export class TradingAlerts {
  readonly #parts: WatchParts;
  readonly #engine: ExecutionEngine;
  readonly #unlisten: () => void;
  /** Since when trading is closed, and whether that was told. */
  #closed: { readonly sinceMs: number; isTold: boolean } | undefined;
  /** Whose orders are told of as unknown. */
  readonly #unknown = new Map<string, ReadonlySet<string>>();

  constructor(parts: WatchParts, engine: ExecutionEngine) {
    this.#parts = parts;
    this.#engine = engine;
    this.#unlisten = engine.listen({
      onUpdate: () => undefined,
      onAccount: () => undefined,
      onSwitch: (setting) => this.#onSwitch(setting),
      onTrading: (closedBecause) => this.#onTrading(closedBecause),
      onReconciled: (result) => this.#onReconciled(result),
    });
  }

  look(): void {
    this.#lookAtOpening();
    this.#lookAtUnknown();
  }

  stop(): void {
    this.#unlisten();
  }

  get #venue(): string {
    return this.#engine.venue.name;
  }

  #onTrading(closedBecause: string | null): void {
    if (closedBecause !== null) {
      this.#closed ??= { sinceMs: this.#parts.clock.monotonic(), isTold: false };
      return;
    }
    this.#closed = undefined;
    this.#parts.alerts.resolve({
      kind: 'trading-closed',
      subject: this.#venue,
      title: `trading at ${this.#venue} is open again`,
      text: `Everything was compared with ${this.#venue}, and orders leave again.`,
    });
  }

  #lookAtOpening(): void {
    const { closedBecause } = this.#engine.status;
    const { alerts, clock, limits } = this.#parts;
    const closed = this.#closed;
    if (closed === undefined || closed.isTold || closedBecause === null) return;
    if (clock.monotonic() - closed.sinceMs < limits.closedMs) return;
    closed.isTold = true;
    alerts.raise({
      kind: 'trading-closed',
      severity: 'critical',
      subject: this.#venue,
      title: `trading at ${this.#venue} is closed`,
      text: `No order but a cancel leaves: ${closedBecause}. It is tried again and again.`,
      facts: { venue: this.#venue, closedBecause },
      // One that was told a moment ago was resolved since.
      isEachTold: true,
    });
  }

  #onSwitch(setting: TradingSwitch): void {
    const { alerts } = this.#parts;
    const { scope, state, by, reason, at } = setting;
    const facts = { scope, state, by, reason };
    if (by === 'journal') return this.#onJournal(setting);
    if (by === 'risk') {
      alerts.raise({
        kind: 'daily-loss',
        severity: 'critical',
        subject: scope,
        title: `daily loss reached: trading is ${state} for ${scope}`,
        text: `Trading is ${state} for ${scope} until a person lifts it: ${reason}.`,
        facts,
        at,
        isEachTold: true,
      });
      return;
    }
    alerts.raise({
      kind: 'kill-switch',
      severity: state === 'halted' ? 'critical' : 'warning',
      subject: scope,
      title: `trading is ${state} for ${scope}`,
      text: `${by} has set trading to ${state} for ${scope}: ${reason}`,
      facts,
      at,
      isEachTold: true,
    });
    if (state !== 'active') return;
    const text = `Trading is active for ${scope}, by ${by}: ${reason}`;
    const title = `trading is active for ${scope}`;
    alerts.resolve({ kind: 'daily-loss', subject: scope, title, text });
  }

  #onJournal({ state, reason, at }: TradingSwitch): void {
    const { alerts } = this.#parts;
    const of = { kind: 'journal-failed', subject: 'journal', at } as const;
    if (state === 'active') {
      alerts.resolve({ ...of, title: 'orders can be written down again', text: `${reason}.` });
      return;
    }
    alerts.raise({
      ...of,
      severity: 'critical',
      title: 'orders can not be written down: trading is halted',
      text: `The journal of orders can't be written, so that nothing may leave: ${reason}`,
      isEachTold: true,
    });
  }

  #onReconciled({ differences, unknown, external, orders }: ReconciliationResult): void {
    if (differences === 0) return;
    // After a start or a cut that is what comparing is for; at other times news was lost on its way.
    const isExpected = this.#engine.status.closedBecause !== null;
    this.#parts.alerts.raise({
      kind: 'reconciliation-differences',
      severity: isExpected ? 'info' : 'warning',
      subject: this.#venue,
      title: `${differences} differences to ${this.#venue}`,
      text: `${differences} orders or fills stood otherwise at ${this.#venue} than here, and were taken over from there.`,
      facts: { differences, orders, unknown, external },
    });
  }

  #lookAtUnknown(): void {
    const { limits, clock, alerts } = this.#parts;
    const until = clock.now() - limits.unknownMs;
    const byOwner = new Map<string, Order[]>();
    for (const order of this.#engine.openOrders()) {
      if (order.status !== 'unknown' || order.updatedAt > until) continue;
      const owner = order.workerId ?? this.#venue;
      byOwner.set(owner, [...(byOwner.get(owner) ?? []), order]);
    }
    for (const [owner, orders] of byOwner) {
      const told = this.#unknown.get(owner);
      this.#unknown.set(owner, new Set(orders.map(({ clientOrderId }) => clientOrderId)));
      if (told !== undefined && orders.every(({ clientOrderId: id }) => told.has(id))) continue;
      this.#tellUnknown(owner, orders);
    }
    for (const owner of this.#unknown.keys()) {
      if (byOwner.has(owner)) continue;
      this.#unknown.delete(owner);
      const title = `orders of ${owner} are known again`;
      const text = `What became of the orders of ${owner} is known.`;
      alerts.resolve({ kind: 'order-unknown', subject: owner, title, text });
    }
  }

  #tellUnknown(owner: string, orders: readonly Order[]): void {
    const named = orders
      .slice(0, MOST_NAMED)
      .map((o) => `${o.clientOrderId} (${o.side} ${o.quantity} ${o.symbol}: ${o.reason ?? ''})`);
    this.#parts.alerts.raise({
      kind: 'order-unknown',
      severity: 'critical',
      subject: owner,
      title: `${orders.length} orders of ${owner} are unknown`,
      text: `It is not known what became of ${named.join(', ')}. ${this.#venue} is asked again and again.`,
      facts: { clientOrderIds: orders.slice(0, MOST_NAMED).map((o) => o.clientOrderId) },
      isEachTold: true,
    });
  }
}
