import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Logger } from '../../../src/base/logger.ts';
import { callListeners } from '../../../src/host/listeners.ts';

function logTo(lines: string[]): Logger {
  return { log: (level, message) => lines.push(`${level}: ${message}`) };
}

describe('callListeners', () => {
  it('calls the others when one throws, and logs what it threw', () => {
    const emitter = new EventEmitter();
    const heard: number[] = [];
    const lines: string[] = [];
    emitter.on('news', () => {
      throw new Error('not me');
    });
    emitter.on('news', (value: number) => heard.push(value));
    callListeners(emitter, emitter.rawListeners('news') as never[], [5], 'news', logTo(lines));

    expect(heard).toEqual([5]);
    expect(lines).toEqual(['error: a listener of news threw: not me']);
  });

  it('calls a listener once that wants it once', () => {
    const emitter = new EventEmitter();
    const heard: number[] = [];
    emitter.once('news', (value: number) => heard.push(value));
    for (const value of [1, 2]) {
      callListeners(emitter, emitter.rawListeners('news') as never[], [value], 'news', logTo([]));
    }

    expect(heard).toEqual([1]);
  });
});
