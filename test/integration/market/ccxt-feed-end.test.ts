import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import type { SimProcess } from '../sim-exchange/exchange.ts';
import { waitFor } from '../support/wait.ts';
import { LiveFeed, moving, topic } from './live-feed.ts';

const SCRIPT = fileURLToPath(new URL('feed-script.mjs', import.meta.url));

/** A process with a feed that runs; resolves with the function that stops the feed and gives how the process ended. */
async function running(sim: SimProcess): Promise<() => Promise<{ code: number; output: string }>> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(sim.address)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  const ended = once(child, 'exit');
  await waitFor('the feed', () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${output}`);
    return output.includes('running');
  });
  return async () => {
    child.stdin.end();
    const [code] = (await ended) as [number];
    return { code, output };
  };
}

it('leaves nothing that keeps the process', async () => {
  const sim = await moving();
  const stop = await running(sim);
  expect(await stop()).toEqual({ code: 0, output: 'running\nstopped\n' });
  await expect.poll(() => sim.sim('state')).toMatchObject({ sockets: 0 });
});

it('leaves nothing where the exchange has stopped to answer', async () => {
  const sim = await moving();
  const stop = await running(sim);
  sim.signal('SIGSTOP');
  expect(await stop()).toEqual({ code: 0, output: 'running\nstopped\n' });
});

it('leaves nothing while it waits for the next attempt', async () => {
  const sim = await moving();
  const stop = await running(sim);
  await sim.end('SIGKILL');
  expect(await stop()).toEqual({ code: 0, output: 'running\nstopped\n' });
});

it('ends with the error of its sink', async () => {
  const live = await LiveFeed.start(await moving(), []);
  const broken = { publish: () => Promise.reject(new Error('full')) };
  const ended = live.feed.run([topic('trade')], broken, new AbortController().signal);
  await expect(ended).rejects.toThrow('full');
});

it('can run again', async () => {
  const live = await LiveFeed.start(await moving(), [topic('trade')]);
  await live.more(2, () => live.trades());
  await live.stop();
  const stopping = new AbortController();
  let events = 0;
  const sink = { publish: (batch: readonly unknown[]) => void (events += batch.length) };
  const ended = live.feed.run([topic('trade'), topic('quote')], sink, stopping.signal);
  await waitFor('events', () => events > 10);
  stopping.abort();
  await ended;
  expect(live.feed.getStats()).toMatchObject({ state: 'closed', sockets: 0 });
});
