import { describe, expect, it } from 'vitest';
import { resolveWorkerConfig, retimed } from '../../../src/host/worker-config.ts';

const STRATEGY = {
  name: 'own',
  symbols: ['A/B'],
  dataTypes: ['kline', 'tick'],
  warmup: 7,
  callbacks: [],
  paramsSchema: null,
};

describe('resolveWorkerConfig', () => {
  it('takes from the strategy what is not given', () => {
    expect(resolveWorkerConfig({}, STRATEGY)).toMatchObject({
      symbols: ['A/B'],
      dataTypes: ['kline@1m', 'trade', 'quote'],
      params: {},
      warmup: 7,
      mode: 'paper',
      maxConsecutiveErrors: 10,
      logLinesPerSecond: 100,
      lossless: false,
    });
  });

  it('prefers what is given', () => {
    const given = {
      symbols: ['C/D'],
      dataTypes: ['depth'],
      warmup: 0,
      params: { n: 1 },
      lossless: true,
    };

    expect(resolveWorkerConfig(given, STRATEGY)).toMatchObject(given);
  });

  it('gives bars without a timeframe of their own the one that is given', () => {
    const { dataTypes } = resolveWorkerConfig(
      { timeframe: '5m', dataTypes: ['kline', 'bar@60s'] },
      STRATEGY,
    );

    expect(dataTypes).toEqual(['kline@5m', 'kline@1m']);
  });

  it('names each symbol and each data type once', () => {
    const config = { symbols: ['A/B', 'A/B'], dataTypes: ['tick', 'trade', 'kline', 'kline@1m'] };

    expect(resolveWorkerConfig(config, STRATEGY)).toMatchObject({
      symbols: ['A/B'],
      dataTypes: ['trade', 'quote', 'kline@1m'],
    });
  });
});

describe('whenDown', () => {
  it.each(['hold', 'cancel', 'flatten'] as const)('may be %s', (whenDown) => {
    expect(() => resolveWorkerConfig({ whenDown, symbols: ['A/B'] }, STRATEGY)).not.toThrow();
  });

  it('is nothing else', () => {
    const config = { whenDown: 'sell' as never, symbols: ['A/B'] };

    expect(() => resolveWorkerConfig(config, STRATEGY)).toThrow(
      "whenDown is \"sell\": expected 'hold', 'cancel' or 'flatten'",
    );
  });
});

describe('retimed', () => {
  it('leaves data types as they are without a timeframe', () => {
    expect(retimed(['kline@5m', 'trade'], undefined)).toEqual(['kline@5m', 'trade']);
  });

  it('takes bars of whatever timeframe is given, and leaves the rest', () => {
    expect(retimed(['kline@5m', 'trade'], '1h')).toEqual(['kline', 'trade']);
  });
});
