import { WebSocket } from 'ws';
import { StreamClient, type StreamOptions } from '../../client/index.ts';
import type { Connection } from './connection.ts';

/** The longest that it may take to be open, milliseconds. */
const HANDSHAKE_LIMIT_MS = 10_000;

/** The stream of a server; to be closed by the caller. Apart from the connection: most commands need none. */
export function openStream(
  { url, token }: Connection,
  options: Omit<StreamOptions, 'connect'>,
): StreamClient {
  return new StreamClient({ ...options, connect: (events) => openSocket(url, token, events) });
}

type Connect = StreamOptions['connect'];

/** A WebSocket of the package `ws`: Node 20 has none of its own, and a browser's sends no token. */
function openSocket(
  url: string,
  token: string | undefined,
  events: Parameters<Connect>[0],
): ReturnType<Connect> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/stream`, {
    handshakeTimeout: HANDSHAKE_LIMIT_MS,
    perMessageDeflate: false,
    ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
  });
  let reason = '';
  let isRefused = false;
  socket.on('message', (data: Buffer) => events.onMessage(data.toString()));
  socket.on('unexpected-response', (request, response) => {
    isRefused = response.statusCode === 401 || response.statusCode === 403;
    reason = `the server answered ${response.statusCode} ${response.statusMessage}`;
    request.destroy();
    socket.terminate();
  });
  socket.on('error', (error) => {
    if (reason === '') reason = error.message;
  });
  socket.on('close', (code, text) => {
    events.onClose(isRefused ? REFUSED : code, text.length > 0 ? text.toString() : reason);
  });
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
}

/** The close code of a stream whose token is none: another connection won't do. */
const REFUSED = 4001;
