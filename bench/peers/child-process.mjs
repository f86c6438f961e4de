// The channel that fork() makes, JSON, one message a subscriber and event.
import { nextTurn } from '../support/peer-tools.mjs';

export async function openPublisher() {
  let children = [];
  const sendToAll = (bar) => {
    let keepsUp = true;
    for (const child of children) keepsUp = child.send(bar) && keepsUp;
    return keepsUp;
  };
  return {
    endpoint: null,
    attach(subscribers) {
      children = subscribers;
    },
    publishOne(bar) {
      sendToAll(bar);
    },
    async publishBurst(bars) {
      const last = bars.length - 1;
      let keepsUp = true;
      for (let index = 0; index < last; index += 1) keepsUp = sendToAll(bars[index]) && keepsUp;
      if (keepsUp) {
        sendToAll(bars[last]);
        await nextTurn();
        return;
      }
      // Full: goes on when the last message is on its way, as a publisher must to keep its memory.
      await Promise.all(
        children.map((child) => new Promise((resolve) => child.send(bars[last], resolve))),
      );
    },
    close() {},
  };
}

export async function subscribe(endpoint, onBar) {
  process.on('message', (message) => {
    if (message.type === 'bar') onBar(message);
  });
}
