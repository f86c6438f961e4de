import { QuantCellError } from '../base/errors.ts';

/**
 * Sockets and shared memory that can't be opened or used. Codes `ENDPOINT_IN_USE`, `INVALID_ENDPOINT`,
 * `SOCKET_PATH_TOO_LONG`, `SEND_QUEUE_FULL`, `PEER_UNREACHABLE`, `SOCKETS_CLOSED`,
 * `SHARED_MEMORY_UNAVAILABLE`, `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_CLOSED`, `INVALID_RING_SIZE`,
 * `RECORD_TOO_LARGE`, `INVALID_TOPIC_ID`, `MESSAGE_TOO_LARGE`.
 */
export class IpcError extends QuantCellError {}

/** The `code` of an error that zeromq or the system gives, such as `EADDRINUSE`. */
export function errnoOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}
