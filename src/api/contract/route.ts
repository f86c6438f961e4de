import type { z } from 'zod';
import type { Role } from '../../model/role.ts';

/** Groups of operations in the documentation. */
export type RouteTag =
  | 'workers'
  | 'strategies'
  | 'market'
  | 'execution'
  | 'system'
  | 'session'
  | 'access';

/** One operation of the API: everything that server, client and documentation have to know of it. */
export interface RouteSpec {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Below `/api/v1`, with parameters in braces. */
  readonly path: string;
  /** Who may; null for everybody, also without a token. */
  readonly role: Role | null;
  readonly tag: RouteTag;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Of the body, bytes. @default 65_536 */
  readonly maxBodyBytes?: number;
  /** Of a good answer. Null for an answer without a body (204). */
  readonly answer: z.ZodType | null;
  /** @default 200, or 204 without an answer */
  readonly status?: 200 | 201;
}

/** Keeps the types of a table of routes. */
export function defineRoutes<const Table extends Readonly<Record<string, RouteSpec>>>(
  table: Table,
): Table {
  return table;
}
