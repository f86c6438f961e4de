import { expect, it } from 'vitest';
import { Hono } from 'hono';
import { routeOf } from '../../../src/api/contract/routes.ts';
import { checkInput } from '../../../src/api/input.ts';
import { queryOf } from '../../../src/api/operation.ts';
import type { SecurityEnv } from '../../../src/api/security/environment.ts';

/** What the route of the list of workers makes of a query, as the server reads it. */
async function queryOfList(search: string): Promise<unknown> {
  const app = new Hono<SecurityEnv>();
  app.get('/', (c) => {
    const raw = { params: {}, query: queryOf(c), body: undefined };
    try {
      return c.json(checkInput(routeOf('listWorkers'), raw).query as object);
    } catch (thrown) {
      return c.json((thrown as { facts: object }).facts, 400);
    }
  });
  return (await app.request(`/${search}`)).json();
}

it('a query gets its defaults', async () => {
  expect(await queryOfList('?limit=7')).toEqual({
    sort: 'id',
    descending: false,
    limit: 7,
    offset: 0,
  });
});

it('a name that is given twice is a fault, and no silent choice', async () => {
  expect(await queryOfList('?limit=7&limit=8')).toEqual({
    faults: [expect.objectContaining({ path: 'query.limit' })],
  });
});

it('a name that is not known is a fault', async () => {
  expect(await queryOfList('?limits=7')).toEqual({
    faults: [expect.objectContaining({ path: 'query.limits' })],
  });
});
