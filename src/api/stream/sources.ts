import type { Service } from '../../system/service/service.ts';
import type { Channel } from '../contract/stream.ts';
import { alertView } from '../views/alert-view.ts';
import type { SystemViewParts } from '../views/system-view.ts';
import { systemView } from '../views/system-view.ts';
import type { Source } from './source.ts';
import { journalSource } from './sources/journal-source.ts';
import { logSource } from './sources/log-source.ts';
import { barsSource, marketSource } from './sources/market-sources.ts';
import { wholeSource } from './sources/state-source.ts';
import {
  fillsSource,
  ordersSource,
  positionsSource,
  tradingSource,
} from './sources/trading-sources.ts';
import { fleetSource } from './sources/fleet-source.ts';
import { metricsSource, workerSource } from './sources/worker-sources.ts';
import type { SourceOf } from './topic-book.ts';

/** Of a snapshot of alerts. */
const RECENT_ALERTS = 100;

/** What each channel shows of a service. */
export function sourcesOf(service: Service, system: SystemViewParts): SourceOf {
  return (channel) => sourceOf(channel, service, system);
}

function sourceOf(channel: Channel, service: Service, system: SystemViewParts): Source {
  switch (channel.channel) {
    case 'workers':
      return fleetSource(service);
    case 'worker':
      return workerSource(service, channel.workerId);
    case 'logs':
      return logSource(service, channel.workerId, channel.level, channel.lines);
    case 'metrics':
      return metricsSource(service, channel.workerIds);
    case 'market':
      return marketSource(service, channel.symbols);
    case 'bars':
      return barsSource(service, channel.symbol, channel.timeframe, channel.bars);
    case 'orders':
      return ordersSource(service, channel.workerId);
    case 'fills':
      return fillsSource(service, channel.workerId);
    case 'positions':
      return positionsSource(service, channel.workerId);
    case 'trading':
      return tradingSource(service);
    case 'alerts':
      return alertsSource(service);
    case 'system':
      return wholeSource(() => systemView(system));
  }
}

function alertsSource({ alerts }: Service): Source {
  return journalSource({
    recent: () => alerts.recent(RECENT_ALERTS).toReversed().map(alertView),
    listen: (take) => {
      const onAlert = (alert: Parameters<typeof alertView>[0]): void => take(alertView(alert));
      alerts.on('alert', onAlert);
      return () => alerts.off('alert', onAlert);
    },
    wrap: (items) => ({ alerts: items }),
  });
}
