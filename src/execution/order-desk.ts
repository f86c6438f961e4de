import type { Balance, PnlFigures } from '../model/account.ts';
import { isClosed, type Order } from '../model/order.ts';
import type { OrderOutcome } from '../model/order-outcome.ts';
import type { Position } from '../model/position.ts';
import type { Balances } from './balances.ts';
import { decimal, sum, text } from './decimals.ts';
import { denial } from './denial.ts';
import { Denials } from './denials.ts';
import type { EngineParts } from './engine-parts.ts';
import type { FillPage } from './journal/order-journal.ts';
import { EXTERNAL } from './ledger.ts';
import type { RiskConfig } from './risk/risk-limits.ts';
import type { TradingScope, TradingSwitch } from './trading-switches.ts';

/** Which orders a person wants to see or to cancel. */
export interface DeskQuery {
  /** @default all */
  readonly workerId?: string;
  /** @default all */
  readonly symbol?: string;
}

export interface DeskOrderQuery extends DeskQuery {
  /** Those alone that are open, unknown or on their way. @default false */
  readonly open?: boolean;
  /** @default 100 */
  readonly limit?: number;
}

const DEFAULT_LIMIT = 100;

/** What a person who looks after all strategies sees and does: orders of all, the account, the limits. */
export class OrderDesk {
  /** What was denied to strategies, the newest of it. */
  readonly denials = new Denials();
  readonly #parts: EngineParts;
  readonly #balances: Balances;

  constructor(parts: EngineParts, balances: Balances) {
    this.#parts = parts;
    this.#balances = balances;
  }

  /** An order, however old. */
  find(clientOrderId: string): Order | undefined {
    return this.#parts.records.find(clientOrderId);
  }

  /** Newest first, external ones too. */
  orders({ open = false, limit = DEFAULT_LIMIT, ...query }: DeskOrderQuery = {}): readonly Order[] {
    const { store, journal } = this.#parts;
    if (open) {
      return store
        .open(query.workerId)
        .filter(({ symbol }) => query.symbol === undefined || symbol === query.symbol)
        .toReversed()
        .slice(0, limit);
    }
    // What was asked of the venue and is not answered is not written down.
    const kept = journal.orders({ ...query, limit });
    return kept.map((order) => store.get(order.clientOrderId) ?? order);
  }

  /** See `OrderJournal.fillsAfter`. */
  fillsAfter(workerId: string, place: number): FillPage {
    return this.#parts.journal.fillsAfter(workerId, place);
  }

  /** Of one strategy; empty for one that has never held anything. */
  positions(workerId: string): readonly Position[] {
    return this.#parts.ledger.positions(workerId);
  }

  /** Cancels an order of ours; undefined for one that is not known. Never rejects. */
  async cancel(clientOrderId: string): Promise<OrderOutcome | undefined> {
    const order = this.find(clientOrderId);
    if (order === undefined) return undefined;
    if (order.workerId === null) {
      const reason = `order "${clientOrderId}" is not ours: it is shown and never touched`;
      return { outcome: 'denied', ...denial('NOT_FOUND', reason), order };
    }
    if (isClosed(order)) {
      const reason = `order "${clientOrderId}" is ${order.status} already`;
      return { outcome: 'denied', ...denial('NOT_OPEN', reason), order };
    }
    return this.#parts.submitter.cancel(null, clientOrderId);
  }

  /** Cancels all open orders of ours that the query names. Never rejects. */
  cancelAll({ workerId, symbol }: DeskQuery = {}): Promise<OrderOutcome[]> {
    const ours = this.#parts.store
      .open(workerId)
      .filter((order) => order.workerId !== null && (symbol ?? order.symbol) === order.symbol);
    return Promise.all(
      ours.map((order) => this.#parts.submitter.cancel(null, order.clientOrderId)),
    );
  }

  /** The limits in force. */
  get risk(): RiskConfig {
    return this.#parts.risk.limits;
  }

  /**
   * Puts other limits in force from the next order on, all at once or, if one is wrong, none. They outlive the
   * process, each until the configuration says something else of it.
   *
   * @throws {ExecutionError} code `INVALID_RISK_LIMIT`
   */
  setRisk(limits: RiskConfig): void {
    this.#parts.risk.set(limits);
    this.#parts.gate.watchLosses(this.#parts.clock.now());
  }

  /** The configuration says something else: what it has changed is in force. @throws {ExecutionError} code `INVALID_RISK_LIMIT` */
  configureRisk(given: RiskConfig): void {
    this.#parts.risk.configure(given);
    this.#parts.gate.watchLosses(this.#parts.clock.now());
  }

  /** What somebody has set for a scope; undefined if nobody has. */
  switchOf(scope: TradingScope): TradingSwitch | undefined {
    return this.#parts.switches.get(scope);
  }

  /** Why nothing can be written down, and so nothing may leave; null if it can. */
  get journalTrouble(): string | null {
    return this.#parts.switches.own?.reason ?? null;
  }

  /** Of the whole account, by currency, as the venue told them last. */
  get balances(): Readonly<Record<string, Balance>> {
    return this.#balances.current;
  }

  /** Of all strategies together, by quote currency; without orders that are not ours. */
  get pnl(): Readonly<Record<string, PnlFigures>> {
    const { ledger } = this.#parts;
    const byCurrency: Record<string, PnlFigures[]> = {};
    for (const owner of ledger.owners) {
      if (owner === EXTERNAL) continue;
      for (const [currency, figures] of Object.entries(ledger.pnl(owner)))
        (byCurrency[currency] ??= []).push(figures);
    }
    const totals = Object.entries(byCurrency).map(([currency, all]) => [currency, totalOf(all)]);
    return Object.fromEntries(totals) as Record<string, PnlFigures>;
  }
}

function totalOf(all: readonly PnlFigures[]): PnlFigures {
  const total = (name: keyof PnlFigures): string =>
    text(sum(all.map((figures) => decimal(figures[name]))));
  return { realized: total('realized'), unrealized: total('unrealized'), fees: total('fees') };
}
