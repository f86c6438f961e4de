import type { Service } from '../../system/service/service.ts';
import type { AnswerOf } from '../contract/routes.ts';
import { feedView } from './market-views.ts';
import { freeDiskBytes } from './system-view.ts';

/** Below it the journal of orders and the audit log are about to stop, bytes. */
const MIN_FREE_BYTES = 64 * 1_024 * 1_024;

type Readiness = AnswerOf<'getReady'>;
type Check = Readiness['checks'][number];

/**
 * Whether everything is started and may do its work. Everybody may ask, so that reasons name no path, no venue and
 * nobody: `GET /trading` and `GET /market/feed` say more.
 */
export async function readinessView(service: Service): Promise<Readiness> {
  const checks = [
    check('service', service.isReady ? null : 'the service is being started or stopped'),
    ...(service.isReady ? runningChecks(service) : []),
    check('disk', await diskTrouble(service)),
  ];
  return { status: checks.every(({ isReady }) => isReady) ? 'ready' : 'not-ready', checks };
}

function runningChecks(service: Service): Check[] {
  const { execution } = service;
  const feed = check('feed', feedTrouble(service));
  if (execution === null) return [feed];
  const isClosed = execution.status.closedBecause !== null;
  const isStuck = execution.desk.journalTrouble !== null;
  return [
    feed,
    check('trading', isClosed ? 'trading is closed: nothing but cancels may leave' : null),
    check('journal', isStuck ? 'the journal of orders can not be written' : null),
  ];
}

/** A symbol of many that is silent is for an alert, and no reason to send nobody here. */
function feedTrouble(service: Service): string | null {
  const { state, stale, topics } = feedView(service);
  if (state === 'failed') return 'the feed has failed';
  if (state === 'ended') return 'the feed has ended';
  return state === 'stale' && stale.length >= topics ? 'nothing is heard of any topic' : null;
}

async function diskTrouble({ home }: Service): Promise<string | null> {
  try {
    return freeDiskBytes(home) < MIN_FREE_BYTES ? 'the disk is almost full' : null;
  } catch {
    return 'the home directory can not be read';
  }
}

function check(name: string, reason: string | null): Check {
  return { name, isReady: reason === null, reason };
}
