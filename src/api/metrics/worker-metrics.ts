import type { WorkerStatus } from '../../lifecycle/worker-status.ts';
import type { MetricSpec } from './moment.ts';
import type { Total } from './worker-totals.ts';

const WORKER = ['worker'] as const;

/** A figure of each worker as it is now; left out where it is null. */
function gauge(
  name: string,
  help: string,
  of: (status: WorkerStatus) => number | null,
): MetricSpec {
  const read: MetricSpec['read'] = ({ statuses }, give) => {
    for (const status of statuses) {
      const value = of(status);
      if (value !== null) give(value, status.workerId);
    }
  };
  return { name: `quantcell_worker_${name}`, type: 'gauge', help, labels: WORKER, read };
}

/** What each worker has counted over all its processes. */
function counter(name: string, help: string, total: Total, factor = 1): MetricSpec {
  const read: MetricSpec['read'] = ({ statuses, workerTotals }, give) => {
    for (const { workerId } of statuses) give(workerTotals.of(workerId, total) * factor, workerId);
  };
  return { name: `quantcell_worker_${name}_total`, type: 'counter', help, labels: WORKER, read };
}

export const WORKER_METRICS: readonly MetricSpec[] = [
  {
    name: 'quantcell_worker_info',
    type: 'gauge',
    help: 'The name that the strategy of a worker gives itself; always 1.',
    labels: ['worker', 'strategy'],
    read: ({ statuses }, give) => {
      for (const { workerId, strategyName } of statuses) give(1, workerId, strategyName);
    },
  },
  {
    name: 'quantcell_worker_state',
    type: 'gauge',
    help: 'The state in which a worker is; always 1. Other states of it have no value.',
    labels: ['worker', 'state'],
    read: ({ statuses }, give) => {
      for (const { workerId, state } of statuses) give(1, workerId, state);
    },
  },
  gauge('up', 'Whether a worker has a process.', ({ pid }) => (pid === null ? 0 : 1)),
  gauge('quarantined', 'Whether a worker stays down until a person starts it.', (status) =>
    status.quarantine === null ? 0 : 1,
  ),
  counter('events', 'Market events handed to the strategy.', 'messagesProcessed'),
  counter('events_dropped', 'Market events lost on the way to the strategy.', 'messagesDropped'),
  counter(
    'events_conflated',
    'Ticks passed over for a newer one while the worker was behind.',
    'messagesConflated',
  ),
  counter('events_skipped', 'Market events not shown because of a pause.', 'messagesSkipped'),
  counter('events_refilled', 'Market events received again after a gap.', 'messagesRefilled'),
  counter('gaps', 'Gaps in market data that could not be refilled.', 'gaps'),
  counter('callbacks', 'Calls of callbacks of the strategy.', 'callbacksRun'),
  counter('errors', 'Callbacks of the strategy that threw.', 'errorCount'),
  counter('log_lines_dropped', 'Log lines cut because there were too many.', 'logLinesDropped'),
  counter('log_writes_failed', 'Log lines that could not be written.', 'logWritesFailed'),
  counter('cpu_seconds', 'Processor time of the processes of a worker.', 'cpuMs', 0.001),
  gauge(
    'lag_seconds',
    'Longest time from publishing an event to its callback since the report before.',
    ({ vitals }) => vitals.lagMs / 1_000,
  ),
  gauge(
    'lag_events',
    'Events published for a worker that it is not done with.',
    ({ lagEvents }) => lagEvents,
  ),
  gauge('memory_bytes', 'Memory that a worker shares with no other process.', (status) =>
    status.pid === null ? null : status.vitals.privateBytes || status.vitals.rssBytes,
  ),
  gauge('heap_bytes', 'V8 heap in use of a worker.', ({ pid, vitals }) =>
    pid === null ? null : vitals.heapUsedBytes,
  ),
  gauge(
    'event_loop_delay_seconds',
    'Longest delay of the event loop of a worker since the heartbeat before.',
    ({ vitals }) => vitals.loopDelayMs / 1_000,
  ),
  gauge(
    'last_heartbeat_timestamp_seconds',
    'When a worker was last heard of, Unix time.',
    ({ lastHeartbeatAt }) => (lastHeartbeatAt === null ? null : lastHeartbeatAt / 1_000),
  ),
  {
    name: 'quantcell_worker_restarts_total',
    type: 'counter',
    help: 'Restarts of a worker, by its policy or by a person, over its whole life.',
    labels: WORKER,
    read: ({ statuses }, give) => {
      for (const { workerId, restartCount } of statuses) give(restartCount, workerId);
    },
  },
  {
    name: 'quantcell_worker_exits_total',
    type: 'counter',
    help: 'Ends of processes of a worker, by cause.',
    labels: ['worker', 'cause'],
    read: ({ statuses, workerTotals }, give) => {
      for (const { workerId } of statuses)
        for (const [cause, count] of workerTotals.exits(workerId)) give(count, workerId, cause);
    },
  },
];
