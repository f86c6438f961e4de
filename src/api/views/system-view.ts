import { statfsSync } from 'node:fs';
import { hostname } from 'node:os';
import { WorkerState } from '../../lifecycle/worker-state.ts';
import type { Service } from '../../system/service/service.ts';
import type { SystemInfo } from '../contract/system-routes.ts';
import { tradingView } from './trading-view.ts';

export interface SystemViewParts {
  readonly service: Service;
  readonly version: string;
  /** Streams that are open. */
  readonly streamClients: () => number;
}

/** The system and its main process. */
export function systemView(parts: SystemViewParts): SystemInfo {
  const { service, version } = parts;
  const { system, startedAt } = service;
  const { workers, pool, transport } = system.manager.getStats();
  const { venue, mode } = tradingView(service.execution);
  // There is none in the first second.
  const sample = service.samples.system;
  const now = Date.now();
  return {
    version,
    node: process.version,
    pid: process.pid,
    host: hostname(),
    startedAt,
    now,
    uptimeMs: now - startedAt,
    memoryBytes: sample?.memoryBytes ?? process.memoryUsage.rss(),
    cpuShare: sample?.cpuShare ?? 0,
    loopDelayMs: sample?.loopDelayMs ?? 0,
    eventsInPerSecond: sample?.eventsInPerSecond ?? 0,
    eventsOutPerSecond: sample?.eventsOutPerSecond ?? 0,
    workers: {
      total: Object.values(workers).reduce((sum, count) => sum + count, 0),
      running: workers[WorkerState.RUNNING] ?? 0,
      max: service.config.workers.max,
    },
    pool: { idle: pool.idle, inUse: pool.busy },
    transport,
    streamClients: parts.streamClients(),
    feed: system.feed.name,
    venue,
    mode,
    configPath: service.configPath,
    home: service.home,
    freeDiskBytes: freeDiskBytes(service.home),
  };
}

/** For whoever is not root. @throws if the directory is not there */
export function freeDiskBytes(directory: string): number {
  const { bavail, bsize } = statfsSync(directory);
  return bavail * bsize;
}
