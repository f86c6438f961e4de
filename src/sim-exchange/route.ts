import type { RequestKind } from './faults.ts';
import type { Params } from './params.ts';

/** One endpoint of the REST API. */
export interface Route {
  /** Method and path, such as `GET /api/v3/time`. */
  readonly name: string;
  readonly kind: RequestKind;
  /** What a request counts against the limit. */
  readonly weight: number | ((params: Params) => number);
  /** What it asks of the client; signed if it says nothing. */
  readonly security?: 'none' | 'key';
  /** It places an order, which counts against the limit of those. */
  readonly placesOrder?: boolean;
  /** @throws {Refusal} */
  run(params: Params): unknown;
}
