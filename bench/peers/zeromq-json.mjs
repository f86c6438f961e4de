// zeromq.js PUB/SUB over ipc, one JSON message a send, no limit on what waits.
import { Publisher, Subscriber } from 'zeromq';
import { nextTurn, scratchDirectory } from '../support/peer-tools.mjs';

export async function openPublisher() {
  const directory = scratchDirectory();
  const endpoint = `ipc://${directory.path}/pub`;
  const socket = new Publisher({ linger: 0, sendHighWaterMark: 0 });
  await socket.bind(endpoint);
  return {
    endpoint,
    publishOne: (bar) => socket.send(JSON.stringify(bar)),
    async publishBurst(bars) {
      for (const bar of bars) await socket.send(JSON.stringify(bar));
      await nextTurn();
    },
    close() {
      socket.close();
      directory.remove();
    },
  };
}

export async function subscribe(endpoint, onBar) {
  const socket = new Subscriber({ linger: 0, receiveHighWaterMark: 0 });
  socket.connect(endpoint);
  socket.subscribe();
  for await (const [frame] of socket) onBar(JSON.parse(frame.toString()));
}
