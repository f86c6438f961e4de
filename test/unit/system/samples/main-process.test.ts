import { expect, it, onTestFinished, vi } from 'vitest';
import { MainProcess } from '../../../../src/system/samples/main-process.ts';

it('keeps what the memory was last while it can not be read, as with too many open files', () => {
  const main = new MainProcess();
  onTestFinished(() => main.stop());
  const { memoryBytes } = main.read(1_000);
  expect(memoryBytes).toBeGreaterThan(1_000_000);
  const rss = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
  });
  onTestFinished(() => rss.mockRestore());
  expect(main.read(1_000)).toMatchObject({ memoryBytes });
});
