import { describe, expect, it } from 'vitest';
import { fixture, temporaryDirectory } from '../support/files.ts';
import { RemoteHost } from '../support/remote-host.ts';
import { lastOf } from './support.ts';

const TIMEOUT_MS = 1_000;

describe.each(['shared-memory', 'zeromq'] as const)(
  'a host whose event loop does not turn for several heartbeat timeouts, over %s,',
  (marketTransport) => {
    it('declares nobody dead, and nothing is lost', async () => {
      const host = new RemoteHost({
        home: temporaryDirectory(),
        marketTransport,
        pool: { minSize: 1 },
        healthCheck: {
          heartbeatIntervalMs: 50,
          heartbeatTimeoutMs: TIMEOUT_MS,
          checkIntervalMs: 100,
        },
      });
      await host.call('start');
      const ids = ['a', 'b'];
      for (const id of ids) await host.call('startStrategy', fixture('remembers'), {}, id);
      const pids = await Promise.all(ids.map(async (id) => (await host.status(id)).pid));
      await host.call('publish', 1, 100);
      for (let round = 1; round <= 2; round += 1) {
        const from = round * 100 + 1;
        const published = host.call('publish', from, from + 98);
        await host.call('block', 4 * TIMEOUT_MS);
        await published;
        await host.call('publish', from + 99, from + 99);
      }
      for (const [index, id] of ids.entries()) {
        const status = await host.statusWhen(id, ({ report }) => lastOf(report) === 300);
        expect(status).toMatchObject({
          pid: pids[index],
          state: 'running',
          restartCount: 0,
          report: { runs: [[1, 300]], twice: 0, lost: 0 },
        });
        expect(await host.exits(id)).toEqual([]);
      }
    });
  },
);
