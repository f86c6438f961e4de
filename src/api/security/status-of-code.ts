/** Codes of errors by the HTTP status of their answer. */
const CODES_OF_STATUS: Readonly<Record<number, readonly string[]>> = {
  400: [
    'INVALID_ARGUMENT',
    'INVALID_JOB',
    'INVALID_SYMBOL',
    'INVALID_TIMEFRAME',
    'INVALID_DATA_TYPE',
    'INVALID_WORKER_ID',
    'INVALID_DECIMAL',
    'INVALID_MARKET_DATA',
    'INVALID_OPTION',
    'INVALID_RISK_LIMIT',
    'INVALID_SWITCH',
    'INVALID_PAPER_OPTION',
    'INVALID_MARKET_OPTION',
    'INVALID_ACCESS',
    'KEYS_INVALID',
    'TOKEN_IN_URL',
    'MALFORMED_BODY',
    'INVALID_IDEMPOTENCY_KEY',
  ],
  401: ['NOT_AUTHENTICATED'],
  403: ['WRONG_ORIGIN', 'ROLE_TOO_LOW', 'WRONG_CSRF'],
  404: [
    'UNKNOWN_ROUTE',
    'UNKNOWN_WORKER',
    'UNKNOWN_TOKEN',
    'UNKNOWN_MARKET_SYMBOL',
    'UNKNOWN_EXCHANGE',
    'STRATEGY_NOT_FOUND',
    'KEYS_MISSING',
  ],
  409: [
    'ALREADY_STARTED',
    'DUPLICATE_WORKER_ID',
    'WORKER_LIMIT_REACHED',
    'WORKER_RUNS',
    'WORKER_SUBSCRIBED',
    'WORKER_ENDED',
    'COMMAND_REJECTED',
    'ILLEGAL_TRANSITION',
    'NOT_ASSIGNED',
    'ALREADY_ASSIGNED',
    'NOT_SUBSCRIBED',
    'NOT_LIVE',
    'NOT_RUNNING',
    'NO_VENUE',
    'HOME_NEEDED',
    'ANOTHER_VENUE',
    'KEY_MAY_WITHDRAW',
    'LAST_ADMIN',
  ],
  413: ['BODY_TOO_LARGE', 'MESSAGE_TOO_LARGE'],
  415: ['WRONG_CONTENT_TYPE'],
  421: ['WRONG_HOST'],
  422: [
    'STRATEGY_COMPILE_FAILED',
    'STRATEGY_LOAD_FAILED',
    'STRATEGY_LOAD_TIMED_OUT',
    'BAD_STRATEGY',
    'INVALID_PARAMS',
    'INVALID_STATE',
    'INVALID_ORDER',
    'UNKNOWN_INSTRUMENT',
    'IDEMPOTENCY_MISMATCH',
  ],
  429: ['TOO_MANY_REQUESTS', 'LOCKED_OUT'],
  500: [
    'INTERNAL_ERROR',
    'PROCESS_START_FAILED',
    'STRATEGY_THREW',
    'STATE_NOT_SAVED',
    'DATABASE_DAMAGED',
    'DATABASE_UNUSABLE',
    'DIRECTORY_UNUSABLE',
    'ACCESS_FILE_TOO_OPEN',
    'ACCESS_FILE_DAMAGED',
    'ACCESS_FILE_UNUSABLE',
    'KEYS_FILE_DAMAGED',
    'KEYS_FILE_TOO_OPEN',
    'KEYS_FILE_UNUSABLE',
    'MALFORMED_MESSAGE',
  ],
  502: ['EXCHANGE_UNUSABLE', 'FEED_FAILED', 'MARKET_DATA_UNAVAILABLE'],
  503: [
    'NOT_STARTED',
    'POOL_LIMIT_REACHED',
    'SOCKETS_CLOSED',
    'PEER_UNREACHABLE',
    'SEND_QUEUE_FULL',
    'MARKET_ENGINE_STATE',
    'JOURNAL_FULL',
    'JOURNAL_FAILED',
    'AUDIT_UNAVAILABLE',
  ],
  504: ['COMMAND_TIMED_OUT', 'JOIN_TIMED_OUT', 'NEVER_READY', 'NO_ANSWER'],
};

const STATUS_OF_CODE: ReadonlyMap<string, number> = new Map(
  Object.entries(CODES_OF_STATUS).flatMap(([status, codes]) =>
    codes.map((code): [string, number] => [code, Number(status)]),
  ),
);

/** The HTTP status for an error of that code; 500 for one that is not expected here. */
export function statusOfCode(code: string): number {
  return STATUS_OF_CODE.get(code) ?? 500;
}

export function hasStatus(code: string): boolean {
  return STATUS_OF_CODE.has(code);
}
