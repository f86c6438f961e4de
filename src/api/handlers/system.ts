import type { Alerts } from '../../system/alerts/alerts.ts';
import type { Handlers } from '../call.ts';
import type { AnswerOf } from '../contract/routes.ts';
import { alertView } from '../views/alert-view.ts';
import { ApiError } from '../errors.ts';
import { configView } from '../views/config-view.ts';
import { readinessView } from '../views/readiness-view.ts';
import { systemView, type SystemViewParts } from '../views/system-view.ts';

export interface SystemParts extends SystemViewParts {
  readonly alerts: Pick<Alerts, 'recent' | 'test'>;
  /** Reads the configuration again: names of what is in force now, and of what waits for the next start. */
  readonly reload: () => Promise<{
    readonly applied: readonly string[];
    readonly atNextStart: readonly string[];
  }>;
}

type SystemHandlers = Handlers<
  | 'getLive'
  | 'getReady'
  | 'getSystem'
  | 'getConfig'
  | 'reloadConfig'
  | 'listAudit'
  | 'verifyAudit'
  | 'listAlerts'
  | 'testAlerts'
>;

export function systemHandlers(parts: SystemParts): SystemHandlers {
  const { service, alerts } = parts;
  return {
    getLive: () => ({ status: 'live' }),
    getReady: async () => {
      const readiness = await readinessView(service);
      if (readiness.status === 'ready') return readiness;
      throw notReady(readiness);
    },
    getSystem: () => systemView(parts),
    getConfig: () => ({ path: service.configPath, config: configView(service.config) }),
    reloadConfig: async () => {
      const { applied, atNextStart } = await parts.reload();
      return { applied: [...applied], atNextStart: [...atNextStart] };
    },
    listAudit: ({ query: { limit, before, action, target } }) => {
      const entries = service.audit.list({
        limit,
        ...(before !== undefined && { beforeSeq: before }),
        ...(action !== undefined && { action }),
        ...(target !== undefined && { target }),
      });
      return { items: entries.map((entry) => ({ ...entry })) };
    },
    verifyAudit: async () => ({ ...(await service.audit.verify()) }),
    listAlerts: ({ query }) => ({ items: alerts.recent(query.limit).map(alertView) }),
    testAlerts: async () => ({ channels: [...(await alerts.test())] }),
  };
}

/** The checks are among its facts. */
function notReady(readiness: AnswerOf<'getReady'>): ApiError {
  const missing = readiness.checks.filter(({ isReady }) => !isReady);
  const reasons = missing.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  return new ApiError('NOT_READY', `not everything is ready: ${reasons}`, {
    checks: readiness.checks,
  });
}
