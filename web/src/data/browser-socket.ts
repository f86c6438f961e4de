import type { SocketEvents, StreamSocket } from '../../../src/client/index.ts';

/** A connection of the stream, made of the browser's WebSocket. */
export function openBrowserSocket(url: string, { onMessage, onClose }: SocketEvents): StreamSocket {
  const socket = new WebSocket(url);
  socket.addEventListener('message', (event: MessageEvent<string>) => onMessage(event.data));
  socket.addEventListener('close', ({ code, reason }) => onClose(code, reason));
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
}
