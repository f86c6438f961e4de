import { quote } from '../../base/errors.ts';
import type { Logger } from '../../base/logger.ts';
import { checkRiskConfig, type RiskConfig } from './risk-limits.ts';
import { mergeRisk, riskDifferences } from './risk-merge.ts';

/** What the journal knows the limits by. */
const FACT = 'risk';

export interface RiskSettingsParts {
  /** What the configuration says. */
  readonly given: RiskConfig;
  /** Writes a fact down; rejects if that can't be. */
  readonly keep: (name: string, value: string) => Promise<void>;
  readonly logger: Logger;
}

/** As the journal has it. */
interface Kept {
  readonly given: RiskConfig;
  readonly limits: RiskConfig;
}

/**
 * Which limits are in force: those of the configuration, and in place of them what a person has set since.
 * That outlives the process, until the configuration itself says something else of that limit.
 */
export class RiskSettings {
  readonly #parts: RiskSettingsParts;
  #given: RiskConfig;
  #limits: RiskConfig;

  /** @throws {ExecutionError} code `INVALID_RISK_LIMIT` */
  constructor(parts: RiskSettingsParts) {
    this.#parts = parts;
    this.#given = checkRiskConfig(structuredClone(parts.given));
    this.#limits = this.#given;
  }

  /** In force. */
  get limits(): RiskConfig {
    return this.#limits;
  }

  /** Goes on with what was in force in the process before. */
  restore(facts: ReadonlyMap<string, string>): void {
    const kept = facts.get(FACT);
    if (kept === undefined) return;
    const before = JSON.parse(kept) as Kept;
    this.#limits = mergeRisk(before.given, before.limits, this.#given);
    // What the configuration says now is what it changes from the next time.
    this.#keep();
    this.#sayWhatDiffers();
  }

  /** A person says what is to hold, all of it at once. @throws {ExecutionError} code `INVALID_RISK_LIMIT`; nothing has changed then */
  set(limits: RiskConfig): void {
    // A copy: whoever gave it may change it later.
    this.#limits = checkRiskConfig(structuredClone(limits));
    this.#keep();
  }

  /** The configuration has changed. @throws {ExecutionError} code `INVALID_RISK_LIMIT`; nothing has changed then */
  configure(given: RiskConfig): void {
    const before = this.#given;
    this.#given = checkRiskConfig(structuredClone(given));
    this.#limits = mergeRisk(before, this.#limits, this.#given);
    this.#keep();
    this.#sayWhatDiffers();
  }

  #keep(): void {
    const kept: Kept = { given: this.#given, limits: this.#limits };
    this.#parts.keep(FACT, JSON.stringify(kept)).catch(() => {
      const text =
        'the limits that were set are in force and end with this process: they can not be written down';
      this.#parts.logger.log('error', text);
    });
  }

  #sayWhatDiffers(): void {
    for (const { path, one: is, other: given } of riskDifferences(this.#limits, this.#given)) {
      const text = `risk.${path} is ${said(is)}, as a person has set it; the configuration says ${said(given)}`;
      this.#parts.logger.log('warn', text);
    }
  }
}

function said(limit: unknown): string {
  return limit === undefined ? 'not limited' : quote(limit);
}
