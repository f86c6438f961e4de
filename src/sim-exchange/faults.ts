import { z } from 'zod';
import { quote } from '../base/errors.ts';
import { seededRandom, type Random } from '../base/random.ts';
import { SimExchangeError } from './errors.ts';

/** What can be made to go wrong; docs/SIM-EXCHANGE.md says what each does. */
const FAULT_KINDS = [
  'drop-answer',
  'no-answer',
  'error-before',
  'error-after',
  'reject',
  'delay',
  'cut-sockets',
  'partial-fills',
  'lose-event',
  'duplicate-event',
  'reorder-events',
  'delay-events',
  'maintenance',
  'clock-offset',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** What requests are about, or which events are meant. */
export type RequestKind = 'order' | 'cancel' | 'query' | 'public' | 'user' | 'market';

const rule = z.strictObject({
  /** So many times, and then never. */
  next: z.number().int().min(1).max(1_000_000).optional(),
  /** This share of the times, by seed. Without both, each time. */
  rate: z.number().min(0).max(1).optional(),
  /** Requests that it is for, or events; new orders and the user stream if it says nothing. */
  on: z.enum(['order', 'cancel', 'query', 'public', 'user', 'market', 'any']).optional(),
  /** How long, or how far. */
  ms: z.number().int().min(-86_400_000).max(86_400_000).optional(),
  pieces: z.number().int().min(2).max(1_000).optional(),
});

export type FaultRule = z.infer<typeof rule>;

/** A rule for each kind named; null takes it away. */
const changes = z.partialRecord(z.enum(FAULT_KINDS), rule.nullable());

interface Active {
  rule: FaultRule;
  sinceMs: number;
}

/** The faults that are asked for, and whether they strike now. */
export class Faults {
  readonly #active = new Map<FaultKind, Active>();
  readonly #random: Random;
  readonly #struck: (kind: FaultKind) => void;

  /** `struck` is told each time that a fault was drawn. */
  constructor(seed: number, struck: (kind: FaultKind) => void) {
    this.#random = seededRandom(seed ^ 0x5eed);
    this.#struck = struck;
  }

  /**
   * Sets what is named and leaves the rest.
   *
   * @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED`
   */
  change(wanted: unknown): void {
    const parsed = changes.safeParse(wanted);
    if (!parsed.success) {
      throw new SimExchangeError(
        `${quote(wanted)} are no faults: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
      );
    }
    for (const [kind, one] of Object.entries(parsed.data) as [FaultKind, FaultRule | null][]) {
      if (one === null) this.#active.delete(kind);
      else this.#active.set(kind, { rule: { ...one }, sinceMs: performance.now() });
    }
  }

  clear(): void {
    this.#active.clear();
  }

  describe(): Record<string, FaultRule> {
    return Object.fromEntries([...this.#active].map(([kind, active]) => [kind, active.rule]));
  }

  /** The rule of a fault that strikes this time. */
  strikes(kind: FaultKind, on?: RequestKind): FaultRule | undefined {
    const active = this.#active.get(kind);
    if (active === undefined) return undefined;
    const { rule: current } = active;
    const { on: where = on === 'user' ? 'user' : 'order' } = current;
    if (on !== undefined && where !== 'any' && where !== on) return undefined;
    if (current.rate !== undefined && this.#random() >= current.rate) return undefined;
    if (current.next !== undefined) {
      if (current.next === 1) this.#active.delete(kind);
      else active.rule = { ...current, next: current.next - 1 };
    }
    this.#struck(kind);
    return current;
  }

  /** True while the exchange is closed for everybody. */
  get maintenance(): boolean {
    const active = this.#active.get('maintenance');
    if (active === undefined) return false;
    const { ms } = active.rule;
    if (ms === undefined || performance.now() - active.sinceMs < ms) return true;
    this.#active.delete('maintenance');
    return false;
  }

  get clockOffsetMs(): number {
    return this.#active.get('clock-offset')?.rule.ms ?? 0;
  }
}

/**
 * A fault as the command line has it: `drop-answer`, `delay:ms=200,rate=0.1`.
 *
 * @throws {SimExchangeError} code `SIM_EXCHANGE_FAILED`
 */
export function parseFault(text: string): Record<string, Record<string, unknown>> {
  const [kind = '', list] = text.split(':');
  const parts = list === undefined ? [] : list.split(',');
  const pairs = parts.map((part) => {
    const [name, value] = part.split('=');
    if (name === undefined || name === '' || value === undefined || value === '') {
      throw new SimExchangeError(
        `${quote(text)} is no fault: expected such as drop-answer or delay:ms=200,rate=0.1`,
      );
    }
    return [name, Number.isNaN(Number(value)) ? value : Number(value)];
  });
  return { [kind]: Object.fromEntries(pairs) as Record<string, unknown> };
}
