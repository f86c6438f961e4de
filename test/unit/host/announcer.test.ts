import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { silentLogger } from '../../../src/base/logger.ts';
import { Announcer } from '../../../src/host/announcer.ts';

class Bell extends Announcer<{ rings: [] }> {
  protected readonly logger = silentLogger;

  ring(): void {
    this.tell('rings');
  }
}

it('has as many listeners as there are, without a warning of a leak', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): unknown => warnings.push(name);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));
  const bell = new Bell();
  let heard = 0;
  for (let count = 0; count < 50; count += 1) bell.on('rings', () => (heard += 1));
  bell.ring();
  const last = once(process, 'warning');
  process.emitWarning('the last one', 'Last');
  await last;
  expect([heard, warnings]).toEqual([50, ['Last']]);
});
