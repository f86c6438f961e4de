import { OpenAPIHono } from '@hono/zod-openapi';
import { ROLES } from '../model/role.ts';
import { problem } from './contract/common.ts';
import type { RouteSpec } from './contract/route.ts';
import { API_BASE, OPERATION_NAMES, routeOf, type OperationName } from './contract/routes.ts';

/** An OpenAPI 3.1 document, plain data. */
export type OpenApiDocument = ReturnType<OpenAPIHono['getOpenAPI31Document']>;

const JSON_TYPE = 'application/json';
const PROBLEM_TYPE = 'application/problem+json';

/** What goes wrong alike in every operation. */
const PROBLEMS: Readonly<Record<string, string>> = {
  '400': 'The input is not as the schema says; `faults` names each place.',
  '401': 'No token, or one that is not known.',
  '403': 'The token may not do this, or the request comes from another page.',
  '409': 'Refused as things are; `code` and `detail` say why.',
  '429': 'Too many requests; see `Retry-After`.',
  '504': 'Not finished in time: `state` is what is known, and it may still happen.',
};

/** The documentation of every operation, made of the schemas that check it. */
export function openApiDocument(version: string): OpenApiDocument {
  const app = new OpenAPIHono();
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'quantcell_session',
  });
  for (const name of OPERATION_NAMES) registry.registerPath(pathOf(name, routeOf(name)));
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'QuantCell',
      version,
      description:
        'Runs trading strategies, each in a process of its own. Every write is answered once it has happened, is refused, or is not finished in time; see docs/API.md.',
    },
    servers: [{ url: API_BASE }],
  });
}

type PathConfig = Parameters<OpenAPIHono['openAPIRegistry']['registerPath']>[0];

function pathOf(name: OperationName, spec: RouteSpec): PathConfig {
  const { method, path, role, tag, summary, params, query, body, answer } = spec;
  const status = spec.status ?? (answer === null ? 204 : 200);
  return {
    method,
    path,
    operationId: name,
    tags: [tag],
    summary,
    description: role === null ? 'Needs no token.' : `Needs the role ${rolesFrom(role)}.`,
    security: role === null ? [] : [{ token: [] }, { session: [] }],
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { [JSON_TYPE]: { schema: body } } } }),
    },
    responses: {
      [status]:
        answer === null
          ? { description: 'Done.' }
          : { description: 'Done.', content: { [JSON_TYPE]: { schema: answer } } },
      ...problemsOf(spec),
    },
  };
}

function problemsOf({ role, method }: RouteSpec): PathConfig['responses'] {
  const statuses = Object.entries(PROBLEMS).filter(([status]) => {
    if (role === null && (status === '401' || status === '403')) return false;
    return method !== 'get' || (status !== '409' && status !== '504');
  });
  const content = { [PROBLEM_TYPE]: { schema: problem } };
  return {
    ...Object.fromEntries(
      statuses.map(([status, description]) => [status, { description, content }]),
    ),
    default: { description: 'Anything else that went wrong.', content },
  };
}

function rolesFrom(role: (typeof ROLES)[number]): string {
  return ROLES.slice(ROLES.indexOf(role)).join(', ');
}
