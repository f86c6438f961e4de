import type { StrategyCallbacks } from './definition.ts';
import type { ParamsSchema } from './schema.ts';

// Declared beside the class, so that a subclass has the callbacks typed but none of them exists until
// it writes one. Every merged member is optional, so nothing stays uninitialised.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface Strategy<
  Params = Record<string, unknown>,
  State = Record<string, unknown>,
> extends StrategyCallbacks<Params, State> {
  readonly params?: ParamsSchema<Params>;
  readonly symbols?: readonly string[];
  readonly dataTypes?: readonly string[];
  readonly warmup?: number;
  readonly state?: State | (() => State);
  readonly stateVersion?: number;
}

/**
 * The class form of a strategy, for those who prefer one: export a subclass as the default. It is
 * constructed once, without arguments, in the worker process; members mean what they mean in
 * `StrategyDefinition`.
 */
// oxlint-disable-next-line no-unused-vars -- the merged interface uses them
export abstract class Strategy<Params, State> {
  abstract readonly name: string;
}
