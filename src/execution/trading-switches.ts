import type { TradingState } from '../model/account.ts';

/**
 * What a switch is for: `all`, the account as `account`, or one strategy as `strategy:WORKER_ID`.
 */
export type TradingScope = 'all' | 'account' | `strategy:${string}`;

/** What may be traded in a scope, as somebody has set it. */
export interface TradingSwitch {
  readonly scope: TradingScope;
  readonly state: TradingState;
  readonly reason: string;
  /** Who set it: a person's name, or the rule that did. */
  readonly by: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

const SEVERITY: Readonly<Record<TradingState, number>> = { active: 0, 'reduce-only': 1, halted: 2 };

/** The kill switch, at three levels. What holds for a strategy is the strictest of those above it. */
export class TradingSwitches {
  readonly #switches = new Map<TradingScope, TradingSwitch>();
  /** Set while the engine itself can't trade; gone with the process. */
  #own: TradingSwitch | undefined;

  set(setting: TradingSwitch): void {
    if (setting.state === 'active') this.#switches.delete(setting.scope);
    else this.#switches.set(setting.scope, setting);
  }

  setOwn(setting: TradingSwitch | undefined): void {
    this.#own = setting;
  }

  get own(): TradingSwitch | undefined {
    return this.#own;
  }

  get(scope: TradingScope): TradingSwitch | undefined {
    return this.#switches.get(scope);
  }

  get all(): readonly TradingSwitch[] {
    const all = [...this.#switches.values()];
    return this.#own === undefined ? all : [this.#own, ...all];
  }

  /** The strictest that holds for a strategy; undefined if it may trade. */
  holding(workerId: string | null): TradingSwitch | undefined {
    const candidates = [
      this.#own,
      this.#switches.get('all'),
      this.#switches.get('account'),
      workerId === null ? undefined : this.#switches.get(`strategy:${workerId}`),
    ];
    let strictest: TradingSwitch | undefined;
    for (const candidate of candidates) {
      if (candidate === undefined) continue;
      if (strictest === undefined || SEVERITY[candidate.state] > SEVERITY[strictest.state])
        strictest = candidate;
    }
    return strictest;
  }
}
