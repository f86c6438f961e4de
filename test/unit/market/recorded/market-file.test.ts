import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  MarketFile,
  readMarketFile,
  type MarketFileOptions,
} from '../../../../src/market/recorded/market-file.ts';
import type { RecordedEvent } from '../../../../src/market/recorded/row-parser.ts';
import type { TradeTick } from '../../../../src/model/trade-tick.ts';
import { barLines, fileOf, MINUTE, T0 } from '../support.ts';

const BTC = { symbols: ['BTC/USDT'] };

async function read(path: string, options: MarketFileOptions = BTC): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of readMarketFile(path, options)) events.push(...batch);
  return events;
}

const readText = async (content: string | Buffer, options = BTC): Promise<RecordedEvent[]> =>
  read(await fileOf(content), options);

describe('formats', () => {
  const expected = [
    {
      type: 'bar',
      symbol: 'BTC/USDT',
      timeframe: '1m',
      timestamp: T0,
      open: 10,
      high: 12,
      low: 9,
      close: 11,
      volume: 1,
    },
    {
      type: 'bar',
      symbol: 'BTC/USDT',
      timeframe: '1m',
      timestamp: T0 + MINUTE,
      open: 10,
      high: 12,
      low: 9,
      close: 11,
      volume: 2,
    },
  ];
  const lists = [
    [T0, 10, 12, 9, 11, 1],
    [T0 + MINUTE, 10, 12, 9, 11, 2],
  ];
  const objects = lists.map(([timestamp, open, high, low, close, volume]) => ({
    timestamp,
    open,
    high,
    low,
    close,
    volume,
  }));

  it.each([
    ['CSV with a header', barLines(2)],
    ['CSV without a header', barLines(2).split('\n').slice(1).join('\n')],
    [
      'CSV with a byte order mark and Windows line ends',
      `\ufeff${barLines(2).replaceAll('\n', '\r\n')}`,
    ],
    ['CSV with semicolons', barLines(2).replaceAll(',', ';')],
    ['CSV with tabs and blank lines', `${barLines(2).replaceAll(',', '\t')}\n\n`],
    ['CSV with quoted cells', barLines(2).replaceAll(/[^,\n]+/g, '"$&"')],
    ['a JSON list of lists', JSON.stringify(lists)],
    ['an indented JSON list of lists', JSON.stringify(lists, undefined, 2)],
    ['a JSON list of objects', JSON.stringify(objects)],
    ['JSON with numbers as text', JSON.stringify(lists.map((row) => row.map(String)))],
    ['an object per line', objects.map((row) => JSON.stringify(row)).join('\n')],
    ['a list per line', lists.map((row) => JSON.stringify(row)).join('\r\n')],
  ])('reads %s', async (_name, content) => {
    expect(await readText(content)).toEqual(expected);
  });

  it.each([
    ['CSV', barLines(2)],
    ['JSON', JSON.stringify(lists)],
  ])('reads %s packed with gzip whatever the name says', async (_name, content) => {
    expect(await read(await fileOf(gzipSync(content), 'plain.csv'))).toEqual(expected);
  });

  it('finds columns in any order and under their usual names', async () => {
    const content = `Vol,"Open Time",H,L,C,O,extra\n1,${T0},12,9,11,10,x\n2,${T0 + MINUTE},12,9,11,10,y\n`;
    expect(await readText(content)).toEqual(expected);
  });

  it('reads rows of an exchange that has more columns than the six', async () => {
    const content = lists.map((row) => [...row, row[0] as number, 0, 1].join(',')).join('\n');
    expect(await readText(content)).toEqual(expected);
  });

  it('reads a recording of an exchange', async () => {
    const events = await read(
      fileURLToPath(new URL('../../../fixtures/market/btc-perp-1m.csv', import.meta.url)),
    );
    expect(events).toHaveLength(500);
    expect(events[0]).toEqual({
      type: 'bar',
      symbol: 'BTC/USDT',
      timeframe: '1m',
      timestamp: Date.UTC(2021, 11, 31, 23, 1),
      open: 46_319,
      high: 46_385,
      low: 46_319,
      close: 46_377,
      volume: 2_300_413.7295,
    });
  });

  it('reads JSON whose rows lie across the pieces in which the file is read', async () => {
    const rows = Array.from({ length: 5_000 }, (_, index) => ({
      timestamp: T0 + index * MINUTE,
      note: 'brackets ]} and "quotes" \\ in text',
      open: 10,
      high: 12,
      low: 9,
      close: 11,
      volume: index,
    }));
    const events = await readText(JSON.stringify(rows));
    expect(events.map((event) => (event as { volume: number }).volume)).toEqual(
      rows.map((row) => row.volume),
    );
  });
});

describe('trade ticks', () => {
  it('reads a file with price and size as trades', async () => {
    const content = [
      'time,price,amount,side,id',
      `${T0},10.5,0.25,buy,a1`,
      `${T0},10.6,1,SELL,a2`,
      `${T0 + 7},10.7,2,,a3`,
    ].join('\n');
    expect(await readText(content)).toEqual([
      {
        type: 'trade',
        symbol: 'BTC/USDT',
        timestamp: T0,
        price: 10.5,
        size: 0.25,
        aggressorSide: 'buy',
        tradeId: 'a1',
      },
      {
        type: 'trade',
        symbol: 'BTC/USDT',
        timestamp: T0,
        price: 10.6,
        size: 1,
        aggressorSide: 'sell',
        tradeId: 'a2',
      },
      {
        type: 'trade',
        symbol: 'BTC/USDT',
        timestamp: T0 + 7,
        price: 10.7,
        size: 2,
        aggressorSide: 'unknown',
        tradeId: 'a3',
      },
    ]);
  });

  it('takes the side from who was the maker', async () => {
    const events = await readText(
      `id,price,qty,time,isBuyerMaker\n1,10,1,${T0},True\n2,10,1,${T0},False\n`,
    );
    expect(events.map((event) => (event as TradeTick).aggressorSide)).toEqual(['sell', 'buy']);
  });

  it('refuses a side that is none', async () => {
    await expect(readText(`time,price,size,side\n${T0},1,1,up\n`)).rejects.toThrow(
      /row 2: side is "up": expected buy, sell or nothing/,
    );
  });
});

describe('symbols', () => {
  const mixed = [
    'timestamp,symbol,open,high,low,close,volume',
    `${T0},AAA,1,1,1,1,1`,
    `${T0},BBB,2,2,2,2,2`,
    `${T0 + MINUTE},AAA,1,1,1,1,1`,
    `${T0 + MINUTE},BBB,2,2,2,2,2`,
  ].join('\n');

  it('reads several symbols from a file that names them', async () => {
    const file = await MarketFile.open(await fileOf(mixed));
    expect(file.symbols).toEqual(['AAA', 'BBB']);
    expect(file.timeframe).toBe('1m');
  });

  it('takes only the symbols asked for', async () => {
    const events = await read(await fileOf(mixed), { symbols: ['BBB'] });
    expect(events.map((event) => event.symbol)).toEqual(['BBB', 'BBB']);
  });

  it('says which symbols a file has where the one asked for is missing', async () => {
    await expect(read(await fileOf(mixed), { symbols: ['CCC'] })).rejects.toMatchObject({
      code: 'MARKET_FILE_SYMBOL',
      message: expect.stringMatching(/no rows of "CCC": it has \["AAA","BBB"\]/),
    });
  });

  it('finds a symbol asked for that comes late', async () => {
    const late = `${barLines(2_000)
      .replaceAll(/^(\d+)/gm, '$1')
      .replace('timestamp', 'timestamp,symbol')
      .replaceAll(/^(\d+),/gm, '$1,AAA,')}${T0 + 3_000 * MINUTE},BBB,1,1,1,1,1\n`;
    expect(await read(await fileOf(late), { symbols: ['BBB'] })).toHaveLength(1);
  });

  it('gives each of several symbols a copy of a file without a symbol column', async () => {
    const events = await readText(barLines(2), { symbols: ['AAA', 'BBB'] });
    expect(events.map((event) => event.symbol)).toEqual(['AAA', 'BBB', 'AAA', 'BBB']);
  });

  it('asks which symbol a file is of that does not say', async () => {
    await expect(read(await fileOf(barLines(2)), {})).rejects.toMatchObject({
      code: 'MARKET_FILE_SYMBOL',
      message: expect.stringMatching(/no symbol column: say which symbol it is of/),
    });
  });

  it('refuses a row whose symbol is none', async () => {
    await expect(
      read(await fileOf(`${mixed}\n${T0 + 2 * MINUTE},!,1,1,1,1,1`), {}),
    ).rejects.toThrow(/row 6: "!" is not a symbol/);
  });
});

describe('timeframe', () => {
  it('is the smallest spacing, so that a gap does not make it longer', async () => {
    const content = `${barLines(1, T0, MINUTE * 5)}${T0 + 20 * MINUTE},1,1,1,1,1\n${T0 + 25 * MINUTE},1,1,1,1,1\n`;
    const file = await MarketFile.open(await fileOf(content), BTC);
    expect(file.timeframe).toBe('5m');
  });

  it('can be given where the file has too few rows to tell', async () => {
    const path = await fileOf(barLines(1));
    await expect(read(path)).rejects.toMatchObject({
      code: 'MARKET_FILE_TIMEFRAME',
      message: expect.stringMatching(/no symbol has two rows; say which it is/),
    });
    expect(await read(path, { ...BTC, timeframe: '1h' })).toMatchObject([{ timeframe: '1h' }]);
  });

  it('must be whole seconds', async () => {
    await expect(readText(barLines(3, T0, 250))).rejects.toThrow(
      /250 ms apart, which is not whole/,
    );
  });
});

describe('faults of the file', () => {
  it('says that there is no such file', async () => {
    await expect(read('/nowhere/data.csv')).rejects.toMatchObject({
      code: 'MARKET_FILE_UNREADABLE',
      message: `can't read market data from "/nowhere/data.csv": there is no such file`,
    });
  });

  it('says that a directory is none', async () => {
    await expect(read('/tmp')).rejects.toThrow(/"\/tmp": it is a directory/);
  });

  it.each([
    ['nothing', ''],
    ['blank lines', ' \n\n'],
    ['a header', 'timestamp,open,high,low,close,volume\n'],
    ['an empty list', '[]'],
    ['an empty list, spread out', '[\n]\n'],
  ])('says that a file of %s is empty', async (_name, content) => {
    await expect(readText(content)).rejects.toMatchObject({ code: 'MARKET_FILE_EMPTY' });
  });

  it('says which columns are missing and which there are', async () => {
    await expect(readText('timestamp,open,high,close\n1,2,3,4\n')).rejects.toMatchObject({
      code: 'MARKET_FILE_COLUMNS',
      message: expect.stringMatching(
        /no column for low, volume: found \["timestamp","open","high","close"\], but bars need/,
      ),
    });
  });

  it('says what either kind of file needs where neither is to be seen', async () => {
    await expect(readText('hello\nworld\n')).rejects.toThrow(
      /no column for timestamp, price, size: found \["hello"\].*trade ticks need timestamp, price, size/,
    );
  });

  it('says which columns a JSON object lacks', async () => {
    await expect(readText('[{"timestamp":1,"price":2}]')).rejects.toThrow(/no column for size/);
  });

  it('refuses a JSON list that is no bar', async () => {
    await expect(readText('[[1,2,3]]')).rejects.toMatchObject({ code: 'MARKET_FILE_COLUMNS' });
  });

  it.each([
    ['zip', Buffer.from('PK\u0003\u0004rest'), /it is a zip archive/],
    ['bytes', Buffer.from([0, 1, 2, 3]), /begins with the bytes 00010203/],
    ['packed bytes', gzipSync(Buffer.from([1, 0, 2])), /unpacked content is not text/],
  ])('does not take %s for text', async (_name, content, message) => {
    await expect(readText(content)).rejects.toMatchObject({
      code: 'MARKET_FILE_FORMAT',
      message: expect.stringMatching(message),
    });
  });

  it('says that a gzip file was cut short', async () => {
    const packed = gzipSync(barLines(5_000));
    await expect(readText(packed.subarray(0, packed.length - 100))).rejects.toMatchObject({
      code: 'MARKET_FILE_FORMAT',
      message: expect.stringMatching(/is a damaged gzip file: unexpected end of file/),
    });
  });

  it('says that a gzip file is damaged', async () => {
    const packed = gzipSync(barLines(50));
    packed.fill(0xff, 12, 40);
    await expect(readText(packed)).rejects.toThrow(/is a damaged gzip file/);
  });

  it('says where JSON ends too early', async () => {
    await expect(readText(`[[${T0},1,1,1,1,1],[${T0 + MINUTE},1,1`)).rejects.toMatchObject({
      code: 'MARKET_FILE_FORMAT',
      message: expect.stringMatching(/ends in the middle: row 2 is cut off/),
    });
  });
});

describe('faults of a row', () => {
  const withRow = (row: string): string => `${barLines(2)}${row}\n`;
  const at = T0 + 2 * MINUTE;

  it.each([
    [
      'not a number',
      `${at},10,12,abc,11,1`,
      /row 4: low is "abc": expected a finite number above 0/,
    ],
    ['NaN', `${at},NaN,12,9,11,1`, /open is "NaN"/],
    ['infinite', `${at},10,Infinity,9,11,1`, /high is "Infinity"/],
    ['negative', `${at},10,12,-9,11,1`, /low is "-9"/],
    ['zero', `${at},10,12,0,11,1`, /low is "0"/],
    ['empty', `${at},10,12,9,,1`, /close is ""/],
    ['missing', `${at},10,12,9,11`, /volume is missing: expected a finite number from 0/],
    ['negative volume', `${at},10,12,9,11,-1`, /volume is "-1"/],
    ['high below low', `${at},10,8,9,10,1`, /high 8 is below low 9/],
    ['high below close', `${at},10,10.5,9,11,1`, /high 10.5 is below open 10 or close 11/],
    ['low above open', `${at},10,12,10.5,11,1`, /low 10.5 is above open 10 or close 11/],
    ['no time', `soon,10,12,9,11,1`, /"soon" is not a time: expected epoch s, ms, µs or ns/],
    ['a time nobody means', `99999999999999,10,12,9,11,1`, /it would be 5138-11-16/],
  ])('refuses a price that is %s', async (_name, row, message) => {
    await expect(readText(withRow(row))).rejects.toMatchObject({
      code: 'MARKET_FILE_ROW',
      message: expect.stringMatching(message),
    });
  });

  it('quotes the row and counts it as a person does, blank lines too', async () => {
    const content = `${barLines(2)}\n\n${at},x,12,9,11,1\n`;
    const error = await readText(content).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ facts: { row: 6, text: `"${at},x,12,9,11,1"` } });
    expect((error as Error).message).toContain(`the row is "${at},x,12,9,11,1"`);
  });

  it('counts the entries of a JSON list from 1', async () => {
    const content = JSON.stringify([
      [T0, 1, 1, 1, 1, 1],
      [T0 + MINUTE, null, 1, 1, 1, 1],
    ]);
    await expect(readText(content)).rejects.toThrow(/row 2: open is null/);
  });

  it('counts the lines of newline-delimited JSON', async () => {
    const content = `[${T0},1,1,1,1,1]\n\n[${T0 + MINUTE},1,1,1,1,"?"]\n`;
    await expect(readText(content)).rejects.toThrow(/row 3: volume is "\?"/);
  });

  it.each([
    [`[${T0},1,1,1,1,1]\nrubbish\n`, /row 2: a list or an object was expected, not "rubbish/],
    [`[[${T0},1,1,1,1,1],"x"]`, /row 2: a list or an object was expected, not "\\"x/],
    [`[${T0},1,1,1,1,1]\n]\n`, /row 2: a list or an object was expected/],
    [`[${T0},1,1,1,1,1]\n{"a":,}\n`, /row 2: not JSON/],
  ])('refuses JSON such as %j', async (content, message) => {
    await expect(readText(content)).rejects.toThrow(message);
  });

  it('refuses quotes that do not match', async () => {
    await expect(readText(withRow(`${at},"10"x,12,9,11,1`))).rejects.toMatchObject({
      code: 'MARKET_FILE_ROW',
      message: expect.stringMatching(/row 4: not CSV/),
    });
  });

  it('refuses a row without end', async () => {
    await expect(readText(`[[${'1,'.repeat(50_000)}`)).rejects.toThrow(/row 1: longer than 65536/);
  });

  it('delivers what stands before a bad row', async () => {
    const path = await fileOf(`${barLines(3_000)}bad,1,1,1,1,1\n`);
    let count = 0;
    const reading = (async () => {
      for await (const batch of readMarketFile(path, BTC)) count += batch.length;
    })();
    await expect(reading).rejects.toThrow(/row 3002/);
    expect(count).toBe(3_000);
  });
});

describe('order', () => {
  it('says from when to when the file goes back', async () => {
    const content = `${barLines(3)}${T0 + MINUTE},10,12,9,11,1\n`;
    await expect(readText(content)).rejects.toMatchObject({
      code: 'MARKET_FILE_ORDER',
      message: expect.stringMatching(
        /row 5: goes back in time, from 2022-01-01T00:02:00.000Z \(row 4\) to 2022-01-01T00:01:00.000Z/,
      ),
    });
  });

  it('says which bar is repeated', async () => {
    const content = `${barLines(3)}${T0 + 2 * MINUTE},10,12,9,11,1\n`;
    await expect(readText(content)).rejects.toMatchObject({
      code: 'MARKET_FILE_ORDER',
      message: expect.stringMatching(
        /row 5: repeats 2022-01-01T00:02:00.000Z of row 4 \(BTC\/USDT\)/,
      ),
    });
  });
});

describe('MarketFile', () => {
  it('can be read more than once and tells how far it is', async () => {
    const file = await MarketFile.open(await fileOf(barLines(4_000)), BTC);
    expect(file.fractionRead).toBe(0);
    for (let time = 0; time < 2; time += 1) {
      let count = 0;
      for await (const batch of file.events()) count += batch.length;
      expect(count).toBe(4_000);
      expect(file.fractionRead).toBe(1);
    }
  });

  it('lets go of the file when its reader leaves early', async () => {
    const file = await MarketFile.open(await fileOf(barLines(20_000)), BTC);
    for await (const batch of file.events()) {
      expect(batch.length).toBeLessThan(2_000);
      break;
    }
    expect(file.fractionRead).toBeLessThan(1);
  });
});
