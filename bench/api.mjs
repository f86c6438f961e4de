// What the API costs: calls that control something, while market data flows and many clients look on, and what
// these clients cost the market data of the workers.
//
//     npm run bench -- api [--workers 200] [--running 20] [--clients 50] [--rate 20000] [--calls 20]
//       [--seconds 10] [--rounds 5] [--against DIST] [--profile FOLDER] [--json]
//
// A service with its API is one process, the clients of the stream are two more, and the calls come from this one.
// Of the workers `--running` and one more that is paused and resumed are processes, the others are made and not
// started. Rounds with clients and without are interleaved, figures are medians over the rounds, each of which has a server of
// its own; calls are made in both. `--against` measures another build in the same rounds. Exit code 1 if an event was
// lost without a word, a call failed or the measuring itself did.
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { AskedProcess } from './api/asked-process.mjs';
import { ControlCalls } from './api/control-calls.mjs';
import { mergeHistograms, percentileUs } from './support/histogram.mjs';
import { positive, readOptions, text, whole } from './support/options.mjs';
import { aim, machine, median, percentile, print } from './support/report.mjs';
import { mediansOf, progressOf, rounded } from './support/rounds.mjs';
import { selfTimes } from './support/self-time.mjs';

const BUILD = fileURLToPath(new URL('../dist', import.meta.url));
const HOST = fileURLToPath(new URL('api/service-host.mjs', import.meta.url));
const CLIENTS = fileURLToPath(new URL('api/stream-clients.mjs', import.meta.url));
const CLIENT_PROCESSES = 2;
const COMMON = [
  'rate',
  'marketP50Ms',
  'marketP99Ms',
  'feedLateP99Ms',
  'controlP50Ms',
  'controlP99Ms',
  'cpuShare',
  'loopDelayP99Ms',
  'loopDelayMaxMs',
];
const OF_CLIENTS = ['updatesPerSecond', 'bytesPerSecond', 'bytesPerClient'];

export async function run(args) {
  const options = readOptions(args, {
    workers: whole(200, 2),
    running: whole(20),
    clients: whole(50),
    rate: whole(20_000),
    calls: positive(20),
    seconds: positive(10),
    rounds: whole(5),
    against: text(undefined),
    profile: text(undefined),
  });
  const hosts = [new Host('this', BUILD, options.profile)];
  if (options.against !== undefined) hosts.push(new Host('other', options.against));
  const onSignal = () => process.exit(130);
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    for (const host of hosts) await host.open(options);
    await measureRounds(hosts, options);
  } finally {
    await Promise.all(hosts.map((host) => host.close()));
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
  report(hosts, options);
}

/** With clients and without, each round beginning with another one. */
async function measureRounds(hosts, options) {
  const progress = progressOf(options.json);
  const turns = hosts.flatMap((host) => [
    { host, clients: 0 },
    { host, clients: options.clients },
  ]);
  for (let round = -1; round < options.rounds; round += 1) {
    for (let turn = 0; turn < turns.length; turn += 1) {
      const { host, clients } = turns[(Math.max(0, round) + turn) % turns.length];
      // Once for nothing: code that was not compiled yet is not what is measured.
      const seconds = round < 0 ? Math.min(2, options.seconds / 2) : options.seconds;
      const figures = await host.measure({ ...options, seconds, clients });
      if (round >= 0) host.take(clients > 0, figures);
      const { marketP99Ms, controlP99Ms, cpuShare } = figures;
      progress(
        `${host.name}, ${clients} clients: market p99 ${marketP99Ms.toFixed(2)} ms, calls p99 ${controlP99Ms.toFixed(1)} ms, cpu ${(cpuShare * 100).toFixed(0)} %`,
      );
    }
  }
}

/** One build: its service, and what was measured of it. */
class Host {
  name;
  #build;
  #process;
  #opened;
  #rounds = { with: [], without: [] };

  constructor(name, build, profile) {
    this.name = name;
    this.#build = build;
    const execArgv = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
    this.#process = new AskedProcess(HOST, execArgv);
  }

  get pid() {
    return this.#process.pid;
  }

  async open({ workers, running, clients }) {
    this.#opened = await this.#process.ask('open', {
      build: this.#build,
      workers,
      running,
      clients,
    });
  }

  take(isWithClients, figures) {
    this.#rounds[isWithClients ? 'with' : 'without'].push(figures);
  }

  close() {
    return this.#process.close();
  }

  async measure({ clients, ...options }) {
    const address = await this.#process.ask('serve');
    const before = await this.#process.ask('memory');
    const groups = await openClients(clients, address);
    try {
      const after = await this.#process.ask('memory');
      const figures = await this.#measureServed(groups, address, options);
      if (clients === 0) return figures;
      return { ...figures, bytesPerClient: (after.usedBytes - before.usedBytes) / clients };
    } finally {
      await Promise.all(groups.map((group) => group.close()));
      await this.#process.ask('unserve');
    }
  }

  async #measureServed(groups, address, { rate, seconds, calls: perSecond }) {
    const calls = new ControlCalls(address, perSecond);
    await Promise.all(groups.map((group) => group.ask('begin')));
    const beganMs = performance.now();
    calls.begin();
    const market = await this.#process.ask('measure', { rate, seconds });
    const streams = (await Promise.all(groups.map((group) => group.ask('figures')))).flat();
    const elapsedMs = performance.now() - beganMs;
    const { times, failures } = await calls.end();
    const { latencies, late, published: _, ...rest } = market;
    const [all, lateness] = [mergeHistograms(latencies), late];
    const every = Object.values(times).flat();
    return {
      ...rest,
      marketP50Ms: percentileUs(all, 0.5) / 1_000,
      marketP99Ms: percentileUs(all, 0.99) / 1_000,
      feedLateP99Ms: percentileUs(lateness, 0.99) / 1_000,
      controlP50Ms: percentile(every, 0.5),
      controlP99Ms: percentile(every, 0.99),
      times,
      failures,
      ...streamFigures(streams, elapsedMs),
    };
  }

  /** Medians over the rounds; calls by their kind are put together. */
  summary() {
    const withClients = this.#rounds.with;
    const rounds = [...withClients, ...this.#rounds.without];
    return {
      ...this.#opened,
      withClients: { ...mediansOf(withClients, [...COMMON, ...OF_CLIENTS]) },
      without: mediansOf(this.#rounds.without, COMMON),
      byChannel: withClients.at(-1).byChannel,
      callsP99Ms: { with: callsP99(withClients), without: callsP99(this.#rounds.without) },
      callsMade: withClients.flatMap(({ times }) => Object.values(times).flat()).length,
      cpuShareOfClients: median(
        withClients.map(({ cpuShare }, round) => cpuShare - this.#rounds.without[round].cpuShare),
      ),
      marketP99Ratios: withClients.map(
        ({ marketP99Ms }, round) => marketP99Ms / this.#rounds.without[round].marketP99Ms,
      ),
      dropped: sum(rounds.map(({ dropped }) => dropped)),
      lost: sum(rounds.map(({ lost }) => Math.abs(lost))),
      failures: rounds.flatMap(({ failures }) => failures),
    };
  }
}

async function openClients(clients, address) {
  const groups = [];
  const most = Math.ceil(clients / CLIENT_PROCESSES);
  try {
    for (let left = clients; left > 0; left -= most) {
      const group = new AskedProcess(CLIENTS);
      groups.push(group);
      await group.ask('open', { ...address, count: Math.min(left, most) });
    }
  } catch (thrown) {
    await Promise.all(groups.map((group) => group.close()));
    throw thrown;
  }
  return groups;
}

function streamFigures(streams, elapsedMs) {
  const perSecond = (count) => (count * 1_000) / elapsedMs;
  const reader = streams.find(({ byChannel }) => byChannel !== undefined);
  const byChannel = Object.entries(reader?.byChannel ?? {}).map(([channel, counts]) => [
    channel,
    {
      updatesPerSecond: perSecond(counts.messages),
      bytesPerUpdate: counts.bytes / counts.messages,
    },
  ]);
  return {
    updatesPerSecond: perSecond(sum(streams.map(({ messages }) => messages))),
    bytesPerSecond: perSecond(sum(streams.map(({ bytes }) => bytes))),
    byChannel: Object.fromEntries(byChannel),
  };
}

function callsP99(rounds) {
  const names = Object.keys(rounds[0].times);
  return Object.fromEntries(
    names.map((name) => [
      name,
      percentile(
        rounds.flatMap(({ times }) => times[name] ?? []),
        0.99,
      ),
    ]),
  );
}

function report(hosts, options) {
  const { json, against: _, profile, ...given } = options;
  const summaries = hosts.map((host) => host.summary());
  const [mine, other] = summaries;
  print(
    {
      name: 'api',
      machine: machine(),
      seed: null,
      aims: [
        aim('controlP99Ms', '<=', 50, mine.withClients.controlP99Ms, 'ms'),
        aim('marketP99Ratio', '<=', 1.2, median(mine.marketP99Ratios), 'ratio'),
      ],
      results: rounded({
        ...given,
        load: loadavg()[0],
        note: `${mine.running} of ${mine.listed} workers are processes, the others are made and not started`,
        ...mine,
        ...(other && { other, ratiosToOther: ratiosOf(mine, other) }),
        ...(profile !== undefined && { selfTimes: selfTimes(profile, hosts[0].pid, 40) }),
      }),
    },
    json,
  );
  const failed = summaries.some(({ lost, failures }) => lost > 0 || failures.length > 0);
  if (failed) process.exitCode = 1;
}

function ratiosOf(mine, other) {
  const names = Object.keys(mine.withClients);
  return Object.fromEntries(
    names.map((name) => [name, mine.withClients[name] / other.withClients[name]]),
  );
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
