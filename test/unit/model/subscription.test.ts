import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DataType } from '../../../src/model/data-type.ts';
import { topicName } from '../../../src/model/subscription.ts';

const dataTypes = fc.constantFrom<DataType>('kline@1m', 'kline@1h', 'trade', 'quote', 'depth');
const symbols = fc.stringMatching(/^[A-Z0-9][A-Z0-9._:/-]{0,12}$/);

describe('topicName', () => {
  it('joins data type and symbol', () => {
    expect(topicName('BTC/USDT', 'kline@1m')).toBe('kline@1m:BTC/USDT');
  });

  it('is different for different topics, also where symbols contain colons', () => {
    fc.assert(
      fc.property(symbols, dataTypes, symbols, dataTypes, (symbolA, typeA, symbolB, typeB) => {
        const sameTopic = symbolA === symbolB && typeA === typeB;
        expect(topicName(symbolA, typeA) === topicName(symbolB, typeB)).toBe(sameTopic);
      }),
    );
  });
});
