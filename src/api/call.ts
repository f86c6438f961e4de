import type { Role } from '../model/role.ts';
import type { AnswerOf, CallParts, OperationName } from './contract/routes.ts';

/** Who asks. */
export interface Caller {
  readonly tokenId: string;
  readonly name: string;
  readonly role: Role;
  /** Address that the request came from. */
  readonly source: string;
}

/** A checked request, as a handler gets it. */
export interface Call<Name extends OperationName> extends CallParts<Name> {
  readonly caller: Caller;
  /** Id of the request, also in the log and in the answer's `X-Request-Id`. */
  readonly requestId: string;
  /** Aborts once the client has gone. */
  readonly signal: AbortSignal;
}

/** Does an operation. What it throws becomes a problem: see `problemOf`. */
export type Handler<Name extends OperationName> = (
  call: Call<Name>,
) => AnswerOf<Name> | Promise<AnswerOf<Name>>;

/** One handler for each operation. */
export type Handlers<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: Handler<Name>;
};
