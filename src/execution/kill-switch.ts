import { quote } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { TradingState } from '../model/account.ts';
import { ExecutionError } from './errors.ts';
import type { FlattenResult } from './flatten.ts';
import type { OrderJournal } from './journal/order-journal.ts';
import type { TradingScope, TradingSwitch, TradingSwitches } from './trading-switches.ts';

/** How the reason of a flatten that is not done begins. */
const FLATTEN = 'flatten: ';

export interface KillSwitchParts {
  readonly switches: TradingSwitches;
  readonly journal: OrderJournal;
  readonly now: () => number;
  readonly logger: Logger;
  readonly flatten: (isIn: (workerId: string) => boolean) => Promise<FlattenResult>;
  /** What may be traded has changed. */
  readonly onChange: (setting: TradingSwitch) => void;
}

/** What somebody did to a switch. */
export interface SwitchChange {
  readonly setting: TradingSwitch;
  /** Resolves to whether it is on the disk, and so outlives this process. It holds in any case. */
  readonly kept: Promise<boolean>;
}

/**
 * Stops trading: for everything, for the account or for one strategy. It holds from the moment of the call,
 * asks no worker and waits for no disk and no venue; cancels pass. It outlives the process, and only a person
 * lifts it.
 */
export class KillSwitch {
  readonly #parts: KillSwitchParts;
  readonly #flattening = new Set<TradingScope>();

  constructor(parts: KillSwitchParts) {
    this.#parts = parts;
  }

  /** `by` is who does it. @throws {ExecutionError} code `INVALID_SWITCH` */
  set(scope: TradingScope, state: TradingState, by: string, reason: string): SwitchChange {
    if (by.trim() === '' || reason.trim() === '') {
      throw new ExecutionError(
        'INVALID_SWITCH',
        `the switch of ${quote(scope)} needs a name and a reason: by is ${quote(by)}, reason is ${quote(reason)}`,
        { scope, by, reason },
      );
    }
    const { switches, journal, now, logger, onChange } = this.#parts;
    const setting: TradingSwitch = { scope, state, by, reason, at: now() };
    switches.set(setting);
    logger.log('warn', `trading is ${state} for ${scope}, by ${by}: ${reason}`);
    onChange(setting);
    const kept = journal.append({ switch: setting }, 'fact').then(
      () => true,
      () => false,
    );
    return { setting, kept };
  }

  /**
   * Cancels all open orders of the scope, closes what its strategies hold with market orders, and halts it
   * once that is done. Nothing new leaves from the call on but these. Never rejects.
   */
  async flatten(scope: TradingScope, by: string, reason: string): Promise<FlattenResult> {
    this.set(scope, 'reduce-only', by, `${FLATTEN}${reason}`);
    const isIn = (workerId: string): boolean =>
      !scope.startsWith('strategy:') || scope === `strategy:${workerId}`;
    this.#flattening.add(scope);
    const result = await this.#parts.flatten(isIn).finally(() => this.#flattening.delete(scope));
    if (result.isDone) {
      this.set(scope, 'halted', by, `flattened: ${reason}`);
    } else {
      const text = `${scope} is not flat yet: orders are open or positions could not be closed; it is tried again once trading is open`;
      this.#parts.logger.log('error', text);
    }
    return result;
  }

  /** Takes up a flatten that is not done, also one of a process before. */
  async goOn({ scope, state, by, reason }: TradingSwitch): Promise<void> {
    if (state !== 'reduce-only' || !reason.startsWith(FLATTEN)) return;
    if (!this.#flattening.has(scope)) await this.flatten(scope, by, reason.slice(FLATTEN.length));
  }
}
