import { QuantCellError } from '../base/errors.ts';

/** Why orders can't be executed, or what was asked of the engine is wrong. */
export class ExecutionError extends QuantCellError {}
