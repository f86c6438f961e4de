import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { captureConsole } from '../../../src/worker/console-capture.ts';

let lines: [string, string][];

beforeEach(() => {
  lines = [];
  const streams = [process.stdout, process.stderr];
  const before = streams.map((stream) => Object.getOwnPropertyDescriptor(stream, 'write'));
  onTestFinished(() => {
    streams.forEach((stream, index) => {
      const own = before[index];
      if (own === undefined) Reflect.deleteProperty(stream, 'write');
      else Object.defineProperty(stream, 'write', own);
    });
  });
  captureConsole((level, message) => void lines.push([level, message]));
});

describe('captureConsole', () => {
  it('makes lines of stdout information, of stderr warnings', () => {
    process.stdout.write('one\n');
    process.stderr.write('two\n');
    expect(lines).toEqual([
      ['info', 'one'],
      ['warn', 'two'],
    ]);
  });

  it('waits for the end of a line', () => {
    process.stdout.write('on');
    const before = [...lines];
    process.stdout.write('e\ntw');
    expect([before, lines]).toEqual([[], [['info', 'one']]]);
  });

  it('takes several lines at once', () => {
    process.stdout.write('one\ntwo\nthree\n');
    expect(lines.map(([, line]) => line)).toEqual(['one', 'two', 'three']);
  });

  it('takes bytes, also where they cut a character', () => {
    const bytes = Buffer.from('你好\n');
    process.stdout.write(bytes.subarray(0, 2));
    process.stdout.write(bytes.subarray(2));
    expect(lines).toEqual([['info', '你好']]);
  });

  it('does not wait for ever for the end of a line', () => {
    process.stdout.write('x'.repeat(10_000));
    expect(lines).toEqual([['info', 'x'.repeat(10_000)]]);
  });

  it('tells whoever wrote that it is done', async () => {
    const told = new Promise<void>((resolve) => {
      process.stdout.write('one\n', () => resolve());
    });
    await expect(told).resolves.toBeUndefined();
  });

  it('tells it also where an encoding is named', async () => {
    const told = new Promise<void>((resolve) => {
      process.stdout.write('one\n', 'utf8', () => resolve());
    });
    await expect(told).resolves.toBeUndefined();
  });
});
