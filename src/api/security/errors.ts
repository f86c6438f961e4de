import { QuantCellError } from '../../base/errors.ts';

/**
 * A request that is not let through. Codes `WRONG_HOST`, `WRONG_ORIGIN`, `WRONG_CONTENT_TYPE`, `TOKEN_IN_URL`,
 * `NOT_AUTHENTICATED`, `ROLE_TOO_LOW`, `WRONG_CSRF`, `TOO_MANY_REQUESTS`, `LOCKED_OUT`, `BODY_TOO_LARGE`,
 * `MALFORMED_BODY`, `INVALID_IDEMPOTENCY_KEY`, `IDEMPOTENCY_MISMATCH`, `UNKNOWN_ROUTE`, `INTERNAL_ERROR`; and a server that
 * is not to be started so: `INSECURE_BIND`, `INSPECTOR_ON`, `INVALID_HOST_NAME`, `INVALID_ORIGIN`.
 */
export class SecurityError extends QuantCellError {}
