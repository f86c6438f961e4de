// zeromq.js PUB/SUB over ipc, binary records of 96 bytes, 32 a send (one a send where events come one by
// one), no limit on what waits.
import { Publisher, Subscriber } from 'zeromq';
import { SYMBOL, TIMEFRAME } from '../support/bars.mjs';
import { nextTurn, scratchDirectory } from '../support/peer-tools.mjs';

const RECORD_BYTES = 96;
const RECORDS_A_SEND = 32;
const SYMBOLS = [SYMBOL];
const TIMEFRAMES = [TIMEFRAME];

export async function openPublisher() {
  const directory = scratchDirectory();
  const endpoint = `ipc://${directory.path}/pub`;
  const socket = new Publisher({ linger: 0, sendHighWaterMark: 0 });
  await socket.bind(endpoint);
  return {
    endpoint,
    publishOne: (bar) => socket.send(encode([bar], 0, 1)),
    async publishBurst(bars) {
      for (let from = 0; from < bars.length; from += RECORDS_A_SEND)
        await socket.send(encode(bars, from, Math.min(bars.length, from + RECORDS_A_SEND)));
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
  for await (const [frame] of socket) {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    for (let at = 0; at < frame.byteLength; at += RECORD_BYTES) onBar(decode(view, at));
  }
}

// The socket keeps what it is given, so that each message needs memory of its own.
function encode(bars, from, to) {
  const frame = Buffer.allocUnsafeSlow((to - from) * RECORD_BYTES);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let at = 0;
  for (let index = from; index < to; index += 1) {
    const bar = bars[index];
    view.setUint32(at, 0, true);
    view.setUint32(at + 4, 0, true);
    view.setFloat64(at + 8, bar.timestamp, true);
    view.setFloat64(at + 16, bar.timestamp + 59_999, true);
    view.setFloat64(at + 24, bar.open, true);
    view.setFloat64(at + 32, bar.high, true);
    view.setFloat64(at + 40, bar.low, true);
    view.setFloat64(at + 48, bar.close, true);
    view.setFloat64(at + 56, bar.volume, true);
    at += RECORD_BYTES;
  }
  return frame;
}

function decode(view, at) {
  return {
    type: 'bar',
    symbol: SYMBOLS[view.getUint32(at, true)],
    timeframe: TIMEFRAMES[view.getUint32(at + 4, true)],
    timestamp: view.getFloat64(at + 8, true),
    closeTime: view.getFloat64(at + 16, true),
    open: view.getFloat64(at + 24, true),
    high: view.getFloat64(at + 32, true),
    low: view.getFloat64(at + 40, true),
    close: view.getFloat64(at + 48, true),
    volume: view.getFloat64(at + 56, true),
  };
}
