import { expect, it } from 'vitest';
import { ManualClock } from '../../../../src/base/clock.ts';
import type { CcxtClient } from '../../../../src/exchange/ccxt-types.ts';
import { CcxtLine } from '../../../../src/market/ccxt/ccxt-line.ts';

function lineOf() {
  const clock = new ManualClock();
  const stopping = new AbortController();
  const told: string[] = [];
  const line = new CcxtLine({
    client: { clients: {} } as CcxtClient,
    clock,
    random: () => 0.5,
    backoff: { initialMs: 2, maxMs: 9, factor: 2, jitter: 0 },
    signal: stopping.signal,
    onState: (state, error, retryMs) => told.push(`${state} ${String(error)} ${retryMs}`),
  });
  return { line, clock, told, stopping };
}

it('waits once for all topics, longer each time that it fails', async () => {
  const { line, told } = lineOf();
  for (let attempt = 0; attempt < 4; attempt += 1) {
    const { epoch } = line;
    await Promise.all([line.retry(epoch, 'cut'), line.retry(epoch, 'cut'), line.retry(epoch, 'x')]);
    expect(line.epoch).toBe(epoch + 1);
  }
  expect(told).toEqual([
    'connecting cut 2',
    'connecting cut 4',
    'connecting cut 8',
    'connecting cut 9',
  ]);
});

it('does not wait for what has been tried again since', async () => {
  const { line, told } = lineOf();
  await line.retry(0, 'cut');
  await line.retry(0, 'late word of the same cut');
  expect(told).toHaveLength(1);
});

it('begins with short waits again once it was up for a while', async () => {
  const { line, clock, told } = lineOf();
  line.heard(0);
  await line.retry(0, 'cut');
  line.heard(1);
  clock.advance(9_999);
  await line.retry(1, 'cut');
  line.heard(2);
  clock.advance(10_000);
  await line.retry(2, 'cut');
  expect(told.filter((state) => state.startsWith('reconnecting'))).toEqual([
    'reconnecting cut 2',
    'reconnecting cut 4',
    'reconnecting cut 2',
  ]);
  expect(line.reconnects).toBe(2);
  expect(line.state).toBe('reconnecting');
});

it('is not live because of what was said before the cut', async () => {
  const { line } = lineOf();
  line.heard(0);
  await line.retry(0, 'cut');
  line.heard(0);
  expect(line.state).toBe('reconnecting');
  line.heard(1);
  expect(line.state).toBe('live');
});

it('is silent without a socket', () => {
  expect(lineOf().line.silentMs).toBe(Number.POSITIVE_INFINITY);
});
