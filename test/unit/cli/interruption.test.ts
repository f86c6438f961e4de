import { expect, it, onTestFinished, vi } from 'vitest';
import { Interruption, type Running } from '../../../src/cli/interruption.ts';

/** Who listens to a signal is gone again at the end of the test. */
function setUp() {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  onTestFinished(() => {
    for (const [index, signal] of signals.entries()) {
      for (const listener of process.listeners(signal))
        if (!before[index]?.includes(listener)) process.off(signal, listener);
    }
  });
  const running = {
    stop: vi.fn<() => void>(),
    kill: () => Promise.resolve(),
    workersAlive: 0,
    stopLimitMs: 0,
    reload: vi.fn<() => void>(),
  } satisfies Running;
  return { interruption: new Interruption(), running };
}

it('a SIGHUP that comes before the service is passed on to it, once', () => {
  const { interruption, running } = setUp();
  interruption.keepHangups();
  expect(process.emit('SIGHUP', 'SIGHUP')).toBe(true);
  process.emit('SIGHUP', 'SIGHUP');
  expect(interruption.asked).toBe(false);
  interruption.watch(running, () => undefined);
  expect(running.reload).toHaveBeenCalledTimes(1);
  process.emit('SIGHUP', 'SIGHUP');
  expect(running.reload).toHaveBeenCalledTimes(2);
  expect(running.stop).not.toHaveBeenCalled();
});

it('a service that was sent none reads nothing again', () => {
  const { interruption, running } = setUp();
  interruption.keepHangups();
  interruption.watch(running, () => undefined);
  expect(running.reload).not.toHaveBeenCalled();
});
