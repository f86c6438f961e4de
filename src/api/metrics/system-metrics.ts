import type { ManagerStats } from '../../system/parts.ts';
import type { MetricSpec, Moment } from './moment.ts';

const NONE: readonly string[] = [];

/** One figure of the manager, while it is started. */
function ofStats(
  type: MetricSpec['type'],
  name: string,
  help: string,
  of: (stats: ManagerStats) => number,
): MetricSpec {
  const read: MetricSpec['read'] = ({ stats }, give) => {
    if (stats !== undefined) give(of(stats));
  };
  return { name: `quantcell_${name}`, type, help, labels: NONE, read };
}

type FeedStats = ReturnType<Moment['system']['engine']['getStats']>;

/** One figure of the feed; left out where it is undefined. */
function ofFeed(
  type: MetricSpec['type'],
  name: string,
  help: string,
  of: (stats: FeedStats) => number | undefined,
): MetricSpec {
  const read: MetricSpec['read'] = ({ system }, give) => {
    const value = of(system.engine.getStats());
    if (value !== undefined) give(value);
  };
  return { name: `quantcell_feed_${name}`, type, help, labels: NONE, read };
}

const POOL: readonly MetricSpec[] = [
  {
    name: 'quantcell_pool_processes',
    type: 'gauge',
    help: 'Worker processes: idle and ready, busy with a strategy, or starting.',
    labels: ['state'],
    read: ({ stats }, give) => {
      if (stats === undefined) return;
      for (const state of ['idle', 'busy', 'starting'] as const) give(stats.pool[state], state);
    },
  },
  ofStats(
    'counter',
    'pool_started_total',
    'Processes that the pool started.',
    (s) => s.pool.started,
  ),
  ofStats('counter', 'pool_hits_total', 'Takes that found an idle process.', (s) => s.pool.hits),
  ofStats(
    'counter',
    'pool_misses_total',
    'Takes that had to wait for a new process.',
    (s) => s.pool.misses,
  ),
  ofStats(
    'counter',
    'pool_broken_total',
    'Idle processes that ended by themselves.',
    (s) => s.pool.broken,
  ),
];

const BROKER: readonly MetricSpec[] = [
  ofStats('gauge', 'broker_topics', 'Topics of market data.', (s) => s.broker.topics),
  ofStats(
    'gauge',
    'broker_subscribers',
    'Subscribers of market data.',
    (s) => s.broker.subscribers,
  ),
  ofStats(
    'counter',
    'broker_events_published_total',
    'Market events published, whether or not anybody subscribed.',
    (s) => s.broker.published,
  ),
  ofStats(
    'counter',
    'broker_events_sent_total',
    'Market events that had at least one subscriber.',
    (s) => s.broker.sent,
  ),
  ofStats(
    'counter',
    'broker_events_filtered_total',
    'Market events that a preprocessor dropped.',
    (s) => s.broker.filtered,
  ),
  ofStats(
    'counter',
    'broker_events_oversized_total',
    'Market events too large for the transport.',
    (s) => s.broker.oversized,
  ),
];

const SOCKETS: readonly MetricSpec[] = [
  ofStats(
    'counter',
    'control_messages_received_total',
    'Messages from workers on the control socket.',
    (s) => s.sockets.controlReceived,
  ),
  ofStats(
    'counter',
    'control_messages_sent_total',
    'Messages to workers on the control socket.',
    (s) => s.sockets.controlSent,
  ),
  ofStats(
    'counter',
    'status_messages_received_total',
    'Messages from workers on the status socket.',
    (s) => s.sockets.statusReceived,
  ),
  ofStats(
    'counter',
    'malformed_messages_total',
    'Messages that were not what the protocol allows.',
    (s) => s.sockets.malformed,
  ),
];

const FEED: readonly MetricSpec[] = [
  ofFeed('counter', 'events_total', 'Market events from the feed.', (s) => s.eventsIn),
  ofFeed(
    'counter',
    'events_published_total',
    'Market events that went on to the broker, bars made here among them.',
    (s) => s.eventsOut,
  ),
  ofFeed(
    'counter',
    'events_late_total',
    'Market events that came too late for their bar.',
    (s) => s.eventsLate,
  ),
  ofFeed('gauge', 'running', 'Whether the feed delivers: started, and not ended.', (s) =>
    s.startedAtMs !== undefined && s.endedAtMs === undefined ? 1 : 0,
  ),
  ofFeed(
    'gauge',
    'last_event_timestamp_seconds',
    'The latest time of an event of the feed, Unix time.',
    (s) => (s.lastEventMs === undefined ? undefined : s.lastEventMs / 1_000),
  ),
  {
    name: 'quantcell_feed_stale',
    type: 'gauge',
    help: 'Whether any topic of the feed is not up to date.',
    labels: NONE,
    read: ({ system }, give) => give(system.staleTopics.length > 0 ? 1 : 0),
  },
  {
    name: 'quantcell_feed_stale_topics',
    type: 'gauge',
    help: 'Topics of the feed that are not up to date.',
    labels: NONE,
    read: ({ system }, give) => give(system.staleTopics.length),
  },
];

export const SYSTEM_METRICS: readonly MetricSpec[] = [
  {
    name: 'quantcell_build_info',
    type: 'gauge',
    help: 'What runs: version of QuantCell and of Node, feed, venue and transport; always 1.',
    labels: ['version', 'node', 'feed', 'venue', 'transport'],
    read: ({ version, system, execution, stats }, give) =>
      give(
        1,
        version,
        process.versions.node,
        system.feedName,
        execution?.venue.name ?? 'none',
        stats?.transport ?? 'none',
      ),
  },
  {
    name: 'quantcell_workers',
    type: 'gauge',
    help: 'Workers, by state.',
    labels: ['state'],
    read: ({ stats }, give) => {
      for (const [state, count] of Object.entries(stats?.workers ?? {})) give(count, state);
    },
  },
  ofStats(
    'gauge',
    'supervisor_unhealthy_workers',
    'Workers that have been silent for too long.',
    (s) => s.supervisor.unhealthy,
  ),
  ofStats(
    'counter',
    'supervisor_restarts_total',
    'Restarts that a policy decided on.',
    (s) => s.supervisor.restarts,
  ),
  ofStats(
    'counter',
    'supervisor_quarantines_total',
    'Workers that were put into quarantine.',
    (s) => s.supervisor.quarantines,
  ),
  ...FEED,
  ...BROKER,
  ...SOCKETS,
  ...POOL,
];
