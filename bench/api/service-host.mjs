// The process of the service and its API. Some workers run and are shown market data; the others are made and not
// started: they are listed all the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answerCommands } from './asked-process.mjs';
import { PacedFeed } from './paced-feed.mjs';

const STRATEGIES = fileURLToPath(new URL('../strategies', import.meta.url));
const CONTROLLED = 'controlled';
const STARTS_AT_ONCE = 4;
/** A report may come with the next heartbeat. */
const REPORT_MS = 10_000;
/** A loss at the end must be found within a second; this is generous. */
const SETTLE_MS = 5_000;

const home = mkdtempSync(join(tmpdir(), 'quantcell-bench-'));
const feed = new PacedFeed();
let build;
let service;
let server;
let symbols = [];
let readers = [];
let round = 0;

const COMMANDS = {
  /** `build` is the folder of the compiled product. */
  async open({ build: folder, workers, running, clients }) {
    build = await load(folder);
    feed.putInPlaceOf(build.SyntheticFeed);
    const shown = Math.min(running, workers - 1);
    symbols = Array.from({ length: shown }, (_, index) => `S${index}/USDT`);
    const [streams, requests] = [clients + 10, 10_000];
    service = new build.Service({
      config: build.completeConfig({
        server: {
          streamsPerToken: streams,
          maxStreams: streams,
          requestsPerSecond: requests,
          totalRequestsPerSecond: requests,
        },
        market: { source: 'synthetic', symbols },
        workers: { max: workers + 5, idle: 2, survive: false },
      }),
      configPath: null,
      home,
      strategiesFolder: STRATEGIES,
      logger: {
        log: (level, message) => {
          if (level === 'error') process.stderr.write(`service: ${message}\n`);
        },
      },
    });
    await service.start();
    const beganMs = performance.now();
    readers = await startReaders();
    await service.createWorker('idle', { symbols: symbols.slice(0, 1) }, CONTROLLED);
    await service.system.startWorker(CONTROLLED);
    const startedMs = performance.now() - beganMs;
    for (let number = shown + 1; number < workers; number += 1) {
      await service.createWorker('idle', { symbols: symbols.slice(0, 1) }, `stopped-${number}`);
    }
    await service.startWorkers();
    return { running: shown + 1, startedMs, listed: service.system.manager.workerCount };
  },

  /** Every round has a server of its own, so that no topic of the stream outlives its clients. */
  async serve() {
    server = new build.ApiServer({ service, port: 0 });
    const url = await server.start();
    return { url, token: service.tokens.firstToken.token, controlled: CONTROLLED };
  },

  async unserve() {
    await server.stop();
    server = undefined;
  },

  /** Market data for so long, and what became of it. */
  async measure({ rate, seconds }) {
    const perSymbol = Math.ceil((rate * seconds) / symbols.length);
    await setParams({ begin: { kind: 'latency', expected: perSymbol } });
    const loop = monitorEventLoopDelay({ resolution: 1 });
    loop.enable();
    const cpuBefore = process.cpuUsage();
    const beganMs = performance.now();
    const paced = await feed.pace(symbols, rate, perSymbol * symbols.length);
    const elapsedMs = performance.now() - beganMs;
    const { user, system } = process.cpuUsage(cpuBefore);
    loop.disable();
    const expected = symbols.map((_, index) =>
      Math.ceil((paced.published - index) / symbols.length),
    );
    const figures = await completeFigures(expected);
    const dropped = figures.reduce((sum, { missingOfRound }) => sum + missingOfRound, 0);
    const seen = figures.reduce((sum, { count }) => sum + count, 0);
    return {
      ...paced,
      latencies: figures.map(({ latencies }) => latencies),
      dropped,
      lost: paced.published - seen - dropped,
      cpuShare: (user + system) / 1_000 / elapsedMs,
      loopDelayP99Ms: loop.percentile(99) / 1e6,
      loopDelayMaxMs: loop.max / 1e6,
    };
  },

  /** What is in use after a collection, bytes. */
  memory() {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    // Once more for what the first time has let go.
    collect();
    collect();
    const { heapUsed, external, rss } = process.memoryUsage();
    return { usedBytes: heapUsed + external, rssBytes: rss };
  },

  async close() {
    await server?.stop();
    await service?.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  },
};

async function load(folder) {
  const [{ Service }, { completeConfig }, { ApiServer }, { SyntheticFeed }] = await Promise.all(
    [
      'system/service/service.js',
      'system/config/config-schema.js',
      'api/server.js',
      'market/synthetic/synthetic-feed.js',
    ].map((path) => import(join(folder, path))),
  );
  return { Service, completeConfig, ApiServer, SyntheticFeed };
}

/** One for each symbol. */
async function startReaders() {
  const ids = [];
  for (let from = 0; from < symbols.length; from += STARTS_AT_ONCE) {
    const some = symbols.slice(from, from + STARTS_AT_ONCE).map(async (symbol, place) => {
      const id = `reader-${from + place}`;
      await service.createWorker('reads-close', { symbols: [symbol] }, id);
      await service.system.startWorker(id);
      return id;
    });
    ids.push(...(await Promise.all(some)));
  }
  return ids;
}

function setParams(params) {
  const { manager } = service.system;
  return Promise.all(readers.map((id) => manager.updateParams(id, params)));
}

/** Workers are not waited for; so they are asked until they have all that is expected of each. */
async function completeFigures(expected) {
  const endsMs = performance.now() + SETTLE_MS;
  for (;;) {
    const figures = await askFigures();
    const isComplete = figures.every(
      ({ count, missingOfRound }, index) => count + missingOfRound >= expected[index],
    );
    if (isComplete || performance.now() > endsMs) return figures;
    await delay(50);
  }
}

async function askFigures() {
  round += 1;
  await setParams({ round });
  const endsMs = performance.now() + REPORT_MS;
  return Promise.all(
    readers.map(async (id) => {
      for (;;) {
        const { report } = service.system.manager.getWorkerStatus(id);
        if (report.round === round) return report;
        if (performance.now() > endsMs)
          throw new Error(`worker ${id} did not report within ${REPORT_MS} ms`);
        await delay(20);
      }
    }),
  );
}

answerCommands(COMMANDS);
