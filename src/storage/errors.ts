import { QuantCellError } from '../base/errors.ts';

/** A database of the home can't be used. Codes `DATABASE_DAMAGED`, `DATABASE_UNUSABLE`, `DATABASE_TOO_NEW`, `STATE_NOT_SAVED`. */
export class StoreError extends QuantCellError {}
