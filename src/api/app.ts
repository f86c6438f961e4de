import { Hono } from 'hono';
import type { Logger } from '../base/logger.ts';
import type { AuditLog } from '../system/audit/audit-log.ts';
import type { Handler, Handlers } from './call.ts';
import { API_BASE, OPERATION_NAMES, routeOf, type OperationName } from './contract/routes.ts';
import type { MetricsPage } from './metrics/metrics-page.ts';
import { openApiDocument } from './openapi.ts';
import { docsPage, DOCS_STYLE } from './docs-page.ts';
import { mountOperation } from './operation.ts';
import { guard, type Guards } from './security/guards.ts';
import type { SecurityContext, SecurityEnv } from './security/environment.ts';
import { IdempotencyStore } from './security/idempotency.ts';
import { needsRole } from './security/needs-role.ts';
import { mountSession, type SessionOperation, type SessionParts } from './session-routes.ts';
import { mountPage, type PageFiles } from './page-files.ts';

export interface AppParts extends SessionParts {
  readonly handlers: Handlers<Exclude<OperationName, SessionOperation>>;
  readonly guards: Omit<Guards, 'isPublic' | 'isUnlimited' | 'logger'>;
  readonly audit: AuditLog;
  /** What `GET /metrics` answers. */
  readonly metrics: Pick<MetricsPage, 'render' | 'contentType'>;
  /** The dashboard; null if it was not built. */
  readonly page: PageFiles | null;
  readonly version: string;
  readonly logger: Logger;
}

/** Everything over HTTP: the operations, their documentation, the metrics and the dashboard. */
export function createApp(parts: AppParts): Hono<SecurityEnv> {
  const app = new Hono<SecurityEnv>();
  const { handlers, audit, metrics, page, version, logger } = parts;
  guard(app, { ...parts.guards, logger, isPublic, isUnlimited });
  const answers = new IdempotencyStore();
  const document = openApiDocument(version);
  for (const name of OPERATION_NAMES) {
    const handler = handlers[name as keyof typeof handlers];
    if (handler !== undefined)
      mountOperation(app, name, handler as Handler<typeof name>, { audit, answers });
  }
  mountSession(app, parts);
  app.get(`${API_BASE}/openapi.json`, needsRole('read'), (c) => c.json(document));
  app.get('/docs', needsRole('read'), (c) => c.html(docsPage(document)));
  app.get('/docs/style.css', needsRole('read'), (c) => {
    c.header('Content-Type', 'text/css; charset=utf-8');
    return c.body(DOCS_STYLE);
  });
  app.get('/metrics', needsRole('read'), async (c) => {
    c.header('Content-Type', metrics.contentType);
    return c.body(await metrics.render());
  });
  if (page !== null) mountPage(app, page);
  return app;
}

const OPEN_PATHS: ReadonlySet<string> = new Set(
  OPERATION_NAMES.map((name) => routeOf(name))
    .filter(({ role }) => role === null)
    .map(({ method, path }) => `${method.toUpperCase()} ${API_BASE}${path}`),
);

/** Health, the login, and the files of the page, which show nothing by themselves. */
function isPublic({ req }: SecurityContext): boolean {
  const { path } = req;
  // A HEAD is a GET without the body.
  const method = req.method === 'HEAD' ? 'GET' : req.method;
  if (path.startsWith('/api') || path.startsWith('/docs') || path === '/metrics') {
    return OPEN_PATHS.has(`${method} ${path}`);
  }
  return method === 'GET';
}

/** Whether the server lives, and a halt, are never too many. */
function isUnlimited({ req }: SecurityContext): boolean {
  const { path, method } = req;
  if (path === `${API_BASE}/health/live`) return true;
  return method === 'PUT' && path === `${API_BASE}/kill-switch`;
}
