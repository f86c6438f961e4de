import { ALERT_KINDS } from '../../system/alerts/alert-kinds.ts';
import type { Alerts } from '../../system/alerts/alerts.ts';
import type { MetricSpec } from './moment.ts';

function ofChannels(
  type: MetricSpec['type'],
  name: string,
  help: string,
  of: (stats: Alerts['channelStats'][number]) => number,
): MetricSpec {
  const read: MetricSpec['read'] = ({ alerts }, give) => {
    for (const stats of alerts?.channelStats ?? []) give(of(stats), stats.name);
  };
  return { name: `quantcell_alerts_${name}`, type, help, labels: ['channel'], read };
}

export const ALERT_METRICS: readonly MetricSpec[] = [
  {
    name: 'quantcell_alerts_total',
    type: 'counter',
    help: 'Alerts that were raised, by kind, also those told as one with others.',
    labels: ['kind'],
    read: ({ alerts }, give) => {
      if (alerts !== null) for (const kind of ALERT_KINDS) give(alerts.counts.get(kind) ?? 0, kind);
    },
  },
  ofChannels('counter', 'sent_total', 'Alerts that a channel took.', ({ sent }) => sent),
  ofChannels(
    'counter',
    'failed_total',
    'Alerts given up after all retries.',
    ({ failed }) => failed,
  ),
  ofChannels(
    'counter',
    'dropped_total',
    'Alerts held back by the limits of a channel and told as a sum.',
    ({ dropped }) => dropped,
  ),
  ofChannels('gauge', 'waiting', 'Alerts that wait for a channel.', ({ waiting }) => waiting),
];
