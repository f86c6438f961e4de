import type { WebSocket } from 'ws';

/** A reader that is further behind than this is cut off, bytes. */
const MAX_BUFFERED_BYTES = 16 * 1_024 * 1_024;

/** Sends a message as JSON, if the socket is open. */
export function sendTo(socket: WebSocket, message: unknown): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    socket.terminate();
    return;
  }
  socket.send(JSON.stringify(message));
}
