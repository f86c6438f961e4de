import { decimal, text } from '../decimals.ts';
import type { Drawdown, EquitySample } from './equity-sample.ts';

/**
 * The greatest fall of equity from its highest value before, as a share of that value.
 *
 * Source: M. Magdon-Ismail, A. F. Atiya, "Maximum Drawdown", Risk 17 (10), 2004, pages 99-102. The fall with
 * the greatest share counts, not the one with the greatest amount; the first of equals. A high of 0 or less
 * has no share and is passed over.
 */
export class DrawdownTracker {
  #peak: EquitySample | undefined;
  #share = 0;
  #from: EquitySample | undefined;
  #to: EquitySample | undefined;

  add(sample: EquitySample): void {
    const peak = this.#peak;
    if (peak === undefined || sample.equity > peak.equity) {
      this.#peak = sample;
      return;
    }
    if (peak.equity <= 0) return;
    const share = (peak.equity - sample.equity) / peak.equity;
    if (share <= this.#share) return;
    this.#share = share;
    this.#from = peak;
    this.#to = sample;
  }

  /** Another one that knows the same. */
  copy(): DrawdownTracker {
    const copy = new DrawdownTracker();
    copy.#peak = this.#peak;
    copy.#share = this.#share;
    copy.#from = this.#from;
    copy.#to = this.#to;
    return copy;
  }

  /** The high and the low of the greatest fall; none where equity never fell. */
  get ends(): readonly EquitySample[] {
    return this.#from === undefined || this.#to === undefined ? [] : [this.#from, this.#to];
  }

  get worst(): Drawdown {
    const from = this.#from;
    const to = this.#to;
    if (from === undefined || to === undefined) {
      return { amount: '0', share: 0, from: null, to: null };
    }
    return {
      amount: text(decimal(from.equity).minus(decimal(to.equity))),
      share: this.#share,
      from: from.timestamp,
      to: to.timestamp,
    };
  }
}

/** The greatest fall in a series of samples; see `DrawdownTracker`. */
export function maxDrawdown(samples: Iterable<EquitySample>): Drawdown {
  const tracker = new DrawdownTracker();
  for (const sample of samples) tracker.add(sample);
  return tracker.worst;
}
