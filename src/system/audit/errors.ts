import { QuantCellError } from '../../base/errors.ts';

/** What is done can't be written down. Code `AUDIT_UNAVAILABLE`. */
export class AuditError extends QuantCellError {}
