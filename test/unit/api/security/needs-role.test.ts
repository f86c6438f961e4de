import { Hono } from 'hono';
import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi';
import { expect, it, onTestFinished } from 'vitest';
import { audited } from '../../../../src/api/security/audited.ts';
import type { SecurityEnv } from '../../../../src/api/security/environment.ts';
import { needsRole, requireRole, roleTable } from '../../../../src/api/security/needs-role.ts';
import { ROLES } from '../../../../src/model/role.ts';
import { AuditLog } from '../../../../src/system/audit/audit-log.ts';

it('the table of roles has each route, also of apps within and of the contract, and shows which ask for none', () => {
  const audit = AuditLog.open({ home: undefined });
  onTestFinished(() => audit.close());
  const inner = new OpenAPIHono<SecurityEnv>();
  inner.onError((_thrown, c) => c.text('failed', 500));
  inner.get('/orders', needsRole('read'), (c) => c.text('ok'));
  inner.post('/halt', audited(audit, { action: 'trading.halt', needs: 'operate' }), (c) =>
    c.text('ok'),
  );
  inner.get('/forgotten', (c) => c.text('ok'));
  const route = createRoute({
    method: 'delete',
    path: '/workers/{id}',
    middleware: [needsRole('admin')],
    request: { params: z.object({ id: z.string() }) },
    responses: { 204: { description: 'gone' } },
  });
  inner.openapi(route, (c) => c.body(null, 204));
  const app = new Hono<SecurityEnv>();
  app.use(async (_c, next) => next());
  app.route('/api/v1', inner as unknown as Hono<SecurityEnv>);
  expect(roleTable(app)).toEqual([
    { method: 'GET', path: '/api/v1/orders', role: 'read' },
    { method: 'POST', path: '/api/v1/halt', role: 'operate' },
    { method: 'GET', path: '/api/v1/forgotten', role: null },
    { method: 'DELETE', path: '/api/v1/workers/:id', role: 'admin' },
  ]);
});

it('nobody has no role', () => {
  for (const needed of ROLES) {
    expect(() => requireRole(undefined, needed)).toThrow(
      expect.objectContaining({ code: 'NOT_AUTHENTICATED' }) as Error,
    );
  }
});
