import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { SharedMemoryAttachment } from '../../../src/ipc/market-transport.ts';
import { sweepRingDirectories } from '../../../src/ipc/ring/ring-directory.ts';
import { RingMarketTransport } from '../../../src/ipc/ring/ring-market-transport.ts';
import { sharedMemoryAvailable } from '../../../src/ipc/ring/shared-memory.ts';
import type { Report } from './reader-process.ts';
import { ReaderProcess, withReaderProgram } from './support.ts';

function runDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function transportOf(ringBytes: number): RingMarketTransport {
  const transport = new RingMarketTransport({ runDirectory: runDirectory(), ringBytes });
  onTestFinished(() => transport.close());
  return transport;
}

const attachmentOf = (transport: RingMarketTransport, topicIds: number[]): SharedMemoryAttachment =>
  transport.open(topicIds).attachment;

/** Publishes bars whose every member follows from topic and sequence number. */
class Publisher {
  readonly #transport: RingMarketTransport;
  readonly #seqs = new Map<number, number>();

  constructor(transport: RingMarketTransport) {
    this.#transport = transport;
  }

  seq(topicId: number): number {
    return this.#seqs.get(topicId) ?? 0;
  }

  append(topicId: number): void {
    const seq = this.seq(topicId) + 1;
    this.#seqs.set(topicId, seq);
    const prices = { open: topicId, high: seq, low: seq, close: seq, volume: seq * 2 };
    const bar = { type: 'bar', symbol: 'A', timeframe: '1m', timestamp: seq, ...prices } as const;
    this.#transport.append(topicId, seq, 0, bar, undefined);
  }

  publish(topicId: number, count: number): void {
    for (let index = 0; index < count; index += 1) this.append(topicId);
    this.#transport.flush();
  }

  /** Goes on publishing, with turns for everything else between, as long as `wanted` says so. */
  async publishWhile(
    topicIds: readonly number[],
    perFlush: number,
    wanted: () => boolean,
  ): Promise<void> {
    while (wanted()) {
      for (let index = 0; index < perFlush; index += 1)
        for (const topicId of topicIds) this.append(topicId);
      this.#transport.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /**
   * What a worker got and missed once it knows of everything. A loss shows with the next event of the
   * topic, so that one more is published until the worker is not too slow for it.
   */
  async account(worker: ReaderProcess, topicIds: readonly number[]): Promise<Report> {
    for (;;) {
      for (const topicId of topicIds) this.publish(topicId, 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const report = await worker.tell({ do: 'report' });
      if (topicIds.every((topicId) => report.lastSeqs[topicId] === this.seq(topicId)))
        return report;
    }
  }
}

describe.runIf(sharedMemoryAvailable().ok)('a ring between processes', () => {
  withReaderProgram();

  it('kills the process that writes to it other than its host, and nobody else', async () => {
    const transport = transportOf(65_536);
    const publisher = new Publisher(transport);
    const good = new ReaderProcess();
    await good.tell({ do: 'attach', attachment: attachmentOf(transport, [1]) });
    const bad = new ReaderProcess();
    bad.child.send({ do: 'write-to-ring', attachment: attachmentOf(transport, [1]) });
    expect(await bad.end()).toBe('SIGSEGV');
    publisher.publish(1, 10);
    const report = await good.reportsThat(({ records }) => records === 10);
    expect(report).toMatchObject({ missed: 0, torn: 0, overruns: 0 });
  });

  it('delivers to several workers, awake and asleep, what each wants', async () => {
    const transport = transportOf(4_194_304);
    const publisher = new Publisher(transport);
    const workers = [new ReaderProcess(), new ReaderProcess(), new ReaderProcess()];
    const topics = [[1, 2], [2], [3]];
    await Promise.all(
      workers.map((worker, index) =>
        worker.tell({ do: 'attach', attachment: attachmentOf(transport, topics[index]!) }),
      ),
    );
    for (let round = 0; round < 200; round += 1) {
      for (const topicId of [1, 2, 3]) publisher.publish(topicId, 1 + (round % 7));
      // Now and then everybody falls asleep.
      if (round % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const each = publisher.seq(1);
    const reports = await Promise.all(
      workers.map((worker, index) =>
        worker.reportsThat(({ records }) => records >= each * topics[index]!.length),
      ),
    );
    for (const [index, report] of reports.entries()) {
      expect(report).toMatchObject({
        records: each * topics[index]!.length,
        missed: 0,
        outOfOrder: 0,
        torn: 0,
      });
      expect(Object.keys(report.lastSeqs).map(Number)).toEqual(topics[index]);
    }
  });

  it.each(['asleep', 'reading'])(
    'does not notice that a worker was killed while %s',
    async (doing) => {
      const transport = transportOf(4_194_304);
      const publisher = new Publisher(transport);
      const survivor = new ReaderProcess();
      const victim = new ReaderProcess();
      await survivor.tell({ do: 'attach', attachment: attachmentOf(transport, [1]) });
      const line = transport.open([1]);
      await victim.tell({ do: 'attach', attachment: line.attachment });
      publisher.publish(1, 10);
      await victim.reportsThat(({ records }) => records === 10);
      let dead = false;
      const ended = victim.end().then(() => (dead = true));
      if (doing === 'asleep') {
        while (!transport.stats().lines.every(({ asleep }) => asleep))
          await new Promise(setImmediate);
        victim.child.kill('SIGKILL');
        await ended;
      } else {
        setTimeout(() => victim.child.kill('SIGKILL'), 20);
        await publisher.publishWhile([1], 3, () => !dead);
      }
      for (let round = 0; round < 500; round += 1) publisher.publish(1, 2);
      line.close();
      publisher.publish(1, 10);
      const report = await publisher.account(survivor, [1]);
      expect(report.records + report.missed).toBe(publisher.seq(1));
      expect(report).toMatchObject({ outOfOrder: 0, torn: 0 });
    },
  );

  it('tells a worker that was stopped for too long all that it lost', async () => {
    const transport = transportOf(65_536);
    const publisher = new Publisher(transport);
    const worker = new ReaderProcess();
    await worker.tell({ do: 'attach', attachment: attachmentOf(transport, [1, 2]) });
    publisher.publish(1, 5);
    await worker.reportsThat(({ records }) => records === 5);
    worker.child.kill('SIGSTOP');
    const stat = `/proc/${worker.child.pid}/stat`;
    while (!readFileSync(stat, 'utf8').includes(') T ')) await new Promise(setImmediate);
    for (let round = 0; round < 1_000; round += 1) {
      publisher.publish(1, 1);
      publisher.publish(2, 1);
    }
    worker.child.kill('SIGCONT');
    await worker.reportsThat(({ overruns }) => overruns === 1);
    const report = await publisher.account(worker, [1, 2]);
    expect(report.records + report.missed).toBe(publisher.seq(1) + publisher.seq(2));
    expect(report).toMatchObject({ overruns: 1, outOfOrder: 0, torn: 0 });
    expect(report.missed).toBeGreaterThan(0);
  });

  it('gives workers that are overrun all the time nothing torn and hides no loss', async () => {
    const transport = transportOf(8_192);
    const publisher = new Publisher(transport);
    const workers = [new ReaderProcess(), new ReaderProcess()];
    await Promise.all(
      workers.map((worker) =>
        worker.tell({ do: 'attach', attachment: attachmentOf(transport, [1, 2]) }),
      ),
    );
    let enough = false;
    const watched = Promise.all(
      workers.map((worker) =>
        worker.reportsThat(({ overruns, records }) => overruns > 50 && records > 5_000),
      ),
    ).then(() => (enough = true));
    // Topic 3 is nobody's: what is not wanted costs nothing, not even room in the ring.
    await publisher.publishWhile([1, 2, 3], 100, () => !enough);
    await watched;
    for (const worker of workers) {
      const report = await publisher.account(worker, [1, 2]);
      expect(report).toMatchObject({ torn: 0, outOfOrder: 0 });
      expect(report.records + report.missed).toBe(publisher.seq(1) + publisher.seq(2));
    }
  });

  it('lets the next host remove what one that was killed left behind, and nothing else', async () => {
    const live = transportOf(4_096);
    const { ringPath: livePath } = attachmentOf(live, [1]);
    const host = new ReaderProcess();
    const { ringPath } = await host.tell({ do: 'be-a-host', runDirectory: runDirectory() });
    const left = dirname(ringPath!);
    expect(sweepRingDirectories(dirname(left))).not.toContain(left);
    host.child.kill('SIGKILL');
    await host.end();
    expect(existsSync(left)).toBe(true);
    transportOf(4_096);
    expect([existsSync(left), existsSync(livePath)]).toEqual([false, true]);
  });

  it('lets a worker keep what is mapped when the host is gone', async () => {
    const transport = transportOf(65_536);
    const publisher = new Publisher(transport);
    const worker = new ReaderProcess();
    await worker.tell({ do: 'attach', attachment: attachmentOf(transport, [1]) });
    publisher.publish(1, 100);
    transport.close();
    const report = await worker.reportsThat(({ records }) => records === 100);
    expect(report).toMatchObject({ missed: 0, torn: 0 });
    const maps = readFileSync(`/proc/${worker.child.pid}/maps`, 'utf8');
    expect(maps).toContain('(deleted)');
  });
});
