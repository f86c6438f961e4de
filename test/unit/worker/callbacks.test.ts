import { describe, expect, it } from 'vitest';
import type { WorkerFault } from '../../../src/lifecycle/worker-status.ts';
import type { StrategyContext } from '../../../src/strategy/context.ts';
import { Callbacks } from '../../../src/worker/callbacks.ts';
import type { LoadedStrategy } from '../../../src/worker/strategy-loader.ts';

const CONTEXT = { workerId: 'w-1' } as StrategyContext<unknown, unknown>;

function callbacksOf(strategy: object): {
  callbacks: Callbacks;
  faults: { fault: WorkerFault; inARow: number }[];
} {
  const faults: { fault: WorkerFault; inARow: number }[] = [];
  const callbacks = new Callbacks({ name: 'test', ...strategy } as LoadedStrategy, CONTEXT, {
    onCall: () => undefined,
    onFault: (fault, inARow) => faults.push({ fault, inARow }),
  });
  return { callbacks, faults };
}

describe('call', () => {
  it('hands over the context and the event', () => {
    const seen: unknown[] = [];
    const { callbacks } = callbacksOf({ onBar: (...args: unknown[]) => void seen.push(...args) });
    void callbacks.call('onBar', { close: 1 });
    expect(seen).toEqual([CONTEXT, { close: 1 }]);
  });

  it('calls with the strategy as this, also by the prototype of a class', () => {
    class Counting {
      readonly name = 'counting';
      bars = 0;
      onBar(): void {
        this.bars += 1;
      }
    }
    const strategy = new Counting();
    const callbacks = new Callbacks(strategy as LoadedStrategy, CONTEXT, {
      onCall: () => undefined,
      onFault: () => undefined,
    });
    void callbacks.call('onBar');
    expect(strategy.bars).toBe(1);
  });

  it('does nothing where the strategy has no such callback', () => {
    const { callbacks } = callbacksOf({});
    expect([callbacks.call('onBar'), callbacks.run]).toEqual([undefined, 0]);
  });

  it('gives no promise for a callback that gave none', () => {
    const { callbacks } = callbacksOf({ onBar: () => 'done' });
    expect(callbacks.call('onBar')).toBeUndefined();
  });

  it('gives a promise that settles with that of the callback', async () => {
    let finish: () => void = () => undefined;
    const { callbacks } = callbacksOf({
      onBar: () => new Promise<void>((resolve) => (finish = resolve)),
    });
    let settled = false;
    const pending = callbacks.call('onBar')?.then(() => (settled = true));
    await Promise.resolve();
    const before = settled;
    finish();
    await pending;
    expect([before, settled]).toEqual([false, true]);
  });

  it('counts calls', () => {
    const { callbacks } = callbacksOf({ onBar: () => undefined });
    for (let index = 0; index < 3; index += 1) void callbacks.call('onBar');
    expect(callbacks.run).toBe(3);
  });
});

describe('a callback that throws', () => {
  it('does not throw further', () => {
    const { callbacks } = callbacksOf({
      onBar: () => {
        throw new Error('no');
      },
    });
    expect(callbacks.call('onBar')).toBeUndefined();
  });

  it('is reported with where, what and the stack', () => {
    const error = new Error('no');
    const { callbacks, faults } = callbacksOf({
      onBar: () => {
        throw error;
      },
    });
    void callbacks.call('onBar');
    expect(faults[0]?.fault).toMatchObject({ where: 'onBar', message: 'no', stack: error.stack });
  });

  it('is remembered as the last fault', () => {
    const { callbacks, faults } = callbacksOf({
      onBar: () => {
        throw new Error('no');
      },
    });
    void callbacks.call('onBar');
    expect([callbacks.lastFault, callbacks.faults]).toEqual([faults[0]?.fault, 1]);
  });

  it('is reported the same when its promise rejects', async () => {
    const { callbacks, faults } = callbacksOf({ onBar: () => Promise.reject(new Error('no')) });
    await callbacks.call('onBar');
    expect(faults[0]?.fault).toMatchObject({ where: 'onBar', message: 'no' });
  });

  it.each([
    ['text', 'no', '"no"'],
    ['undefined', undefined, 'undefined'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['an object without a prototype', Object.create(null), '{}'],
  ])('may throw %s', (_what, thrown, message) => {
    const { callbacks, faults } = callbacksOf({
      onBar: () => {
        throw thrown;
      },
    });
    void callbacks.call('onBar');
    expect(faults[0]?.fault).toMatchObject({ message, stack: '' });
  });

  // A report goes to the host in one message: one that is too large would be refused, and with it every
  // heartbeat from then on.
  it('may throw an error of any length: the report of it is short', () => {
    const { callbacks } = callbacksOf({
      onBar: () => {
        throw new Error('x'.repeat(2_000_000));
      },
    });
    void callbacks.call('onBar');
    expect(JSON.stringify(callbacks.lastFault).length).toBeLessThan(20_000);
  });

  it('keeps the place in a stack whose message is long', () => {
    const { callbacks } = callbacksOf({
      onBar: () => {
        throw new Error('x'.repeat(2_000_000));
      },
    });
    void callbacks.call('onBar');
    expect(callbacks.lastFault?.stack).toContain('callbacks.test.ts');
  });
});

describe('counting in a row', () => {
  it('goes up with each fault, whatever the callback', () => {
    const boom = (): never => {
      throw new Error('no');
    };
    const { callbacks, faults } = callbacksOf({ onBar: boom, onTick: boom });
    void callbacks.call('onBar');
    void callbacks.call('onTick');
    void callbacks.call('onBar');
    expect(faults.map(({ inARow }) => inARow)).toEqual([1, 2, 3]);
  });

  it('begins anew after one that went well', () => {
    let bad = true;
    const { callbacks, faults } = callbacksOf({
      onBar: () => {
        if (bad) throw new Error('no');
      },
    });
    void callbacks.call('onBar');
    bad = false;
    void callbacks.call('onBar');
    bad = true;
    void callbacks.call('onBar');
    expect(faults.map(({ inARow }) => inARow)).toEqual([1, 1]);
  });

  it('counts promises like the rest', async () => {
    let bad = true;
    const { callbacks, faults } = callbacksOf({
      onBar: async () => {
        if (bad) throw new Error('no');
      },
    });
    await callbacks.call('onBar');
    await callbacks.call('onBar');
    bad = false;
    await callbacks.call('onBar');
    bad = true;
    await callbacks.call('onBar');
    expect(faults.map(({ inARow }) => inARow)).toEqual([1, 2, 1]);
  });

  it('takes no notice of callbacks that are not there', () => {
    const { callbacks, faults } = callbacksOf({
      onBar: () => {
        throw new Error('no');
      },
    });
    void callbacks.call('onBar');
    void callbacks.call('onTick');
    void callbacks.call('onBar');
    expect(faults.map(({ inARow }) => inARow)).toEqual([1, 2]);
  });
});

describe('callOrThrow', () => {
  it('lets the error through', async () => {
    const { callbacks } = callbacksOf({ onInit: () => Promise.reject(new Error('no')) });
    await expect(callbacks.callOrThrow('onInit')).rejects.toThrow('no');
  });

  it('counts it, without reporting a fault in a row', async () => {
    const { callbacks, faults } = callbacksOf({ onInit: () => Promise.reject(new Error('no')) });
    await callbacks.callOrThrow('onInit').catch(() => undefined);
    expect([callbacks.faults, callbacks.lastFault?.where, faults]).toEqual([1, 'onInit', []]);
  });

  it('resolves where there is no such callback', async () => {
    const { callbacks } = callbacksOf({});
    await expect(callbacks.callOrThrow('onInit')).resolves.toBeUndefined();
  });
});

describe('ask', () => {
  it('gives the answer, and says meanwhile that it waits for it', async () => {
    let finish: (answer: number) => void = () => undefined;
    const { callbacks } = callbacksOf({
      onCommand: () => new Promise<number>((resolve) => (finish = resolve)),
    });
    const answer = callbacks.ask('onCommand', {});
    expect(callbacks.pending).toBe('onCommand');
    finish(7);
    expect([await answer, callbacks.pending, callbacks.run]).toEqual([7, null, 1]);
  });

  it('lets an error through that counts in no row', async () => {
    const { callbacks, faults } = callbacksOf({ onCommand: () => Promise.reject(new Error('no')) });
    await expect(callbacks.ask('onCommand', {})).rejects.toThrow('no');
    expect([callbacks.pending, callbacks.faults, faults]).toEqual([null, 1, []]);
  });
});
