import type { z } from 'zod';
import { executionRoutes } from './execution-routes.ts';
import { marketRoutes } from './market-routes.ts';
import type { RouteSpec } from './route.ts';
import { strategyRoutes } from './strategy-routes.ts';
import { accessRoutes, systemRoutes } from './system-routes.ts';
import { workerRoutes } from './worker-routes.ts';

/** Where the API is. */
export const API_BASE = '/api/v1';

/** Every operation of the API, by its name. Server, client and documentation are made of this table. */
export const ROUTES = {
  ...workerRoutes,
  ...strategyRoutes,
  ...marketRoutes,
  ...executionRoutes,
  ...systemRoutes,
  ...accessRoutes,
};

export type Routes = typeof ROUTES;
export type OperationName = keyof Routes;

type PartOf<Spec, Part extends 'params' | 'query' | 'body'> =
  Spec extends Readonly<Record<Part, infer Schema extends z.ZodType>> ? Schema : undefined;

type Given<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined;
type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a caller gives of an operation. */
export interface CallInput<Name extends OperationName> {
  readonly params: Given<PartOf<Routes[Name], 'params'>>;
  readonly query: Given<PartOf<Routes[Name], 'query'>>;
  readonly body: Given<PartOf<Routes[Name], 'body'>>;
}

/** What the server has of a call once it is checked. */
export interface CallParts<Name extends OperationName> {
  readonly params: Parsed<PartOf<Routes[Name], 'params'>>;
  readonly query: Parsed<PartOf<Routes[Name], 'query'>>;
  readonly body: Parsed<PartOf<Routes[Name], 'body'>>;
}

/** The good answer of an operation. */
export type AnswerOf<Name extends OperationName> = Routes[Name]['answer'] extends z.ZodType
  ? z.output<Routes[Name]['answer']>
  : null;

export const OPERATION_NAMES = Object.keys(ROUTES) as readonly OperationName[];

export function routeOf(name: OperationName): RouteSpec {
  return ROUTES[name];
}
