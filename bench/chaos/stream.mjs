// The numbered stream: in each round, every topic gets the event of that number. Which numbers were
// published survives the publisher.
import { openSync, readSync, writeSync } from 'node:fs';
import { nowMs } from '../support/clock.mjs';

const BARS = ['A/USDT', 'B/USDT', 'C/USDT'];
const TRADES = 'T/USDT';
/** What kills a worker comes here. */
export const ORDERS = 'ORDERS/USDT';

export const NUMBERED = [...BARS, TRADES];
export const SYMBOLS = [...NUMBERED, ORDERS];
export const DATA_TYPES = ['kline@1m', 'trade'];

/** The events of a round; the volume or size of each is the time of publishing. */
export function roundOf(number) {
  const timestamp = number * 60_000;
  const at = nowMs();
  const bars = BARS.map((symbol) => ({
    type: 'bar',
    symbol,
    timeframe: '1m',
    timestamp,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: at,
  }));
  const trade = {
    type: 'trade',
    symbol: TRADES,
    timestamp,
    price: number,
    size: at,
    aggressorSide: 'buy',
    tradeId: '',
  };
  return [...bars, trade];
}

/** The number of the last round that was begun, and of the last that was published in whole. */
export class Progress {
  #file;
  #numbers = new Float64Array(2);

  constructor(path) {
    this.#file = openSync(path, 'a+');
    // Opened for appending to have it made; written in place.
    this.#file = openSync(path, 'r+');
    readSync(this.#file, this.#numbers, 0, 16, 0);
  }

  get begun() {
    return this.#numbers[0];
  }

  get done() {
    return this.#numbers[1];
  }

  begin(number) {
    this.#set(0, number);
  }

  end(number) {
    this.#set(1, number);
  }

  #set(index, number) {
    this.#numbers[index] = number;
    writeSync(this.#file, this.#numbers, 0, 16, 0);
  }
}
