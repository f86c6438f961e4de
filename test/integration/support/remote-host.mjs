// Runs a manager in a process of its own, from the built library: node remote-host.mjs OPTIONS. Calls come
// as lines of JSON, { id, call, args }, and are answered as { id, result } or { id, error }. The name of a
// call is that of a method of the manager, or `publish`: the bars numbered from one to another, or `block`:
// its event loop does not turn for so many milliseconds, or `port`: a method of its order port, which it has if
// OPTIONS has the `ordersPath` where that is kept.
import { createInterface } from 'node:readline';
import { WorkerManager } from '../../../dist/index.js';
import { MemoryPort } from '../orders/memory-port.mjs';

const T0 = Date.UTC(2022, 0, 1);

const { ordersPath, ...options } = JSON.parse(process.argv[2]);
const orders = ordersPath === undefined ? undefined : new MemoryPort(ordersPath);
const manager = new WorkerManager({ ...options, orders });

function bar(index) {
  const timestamp = T0 + index * 60_000;
  const price = { open: index, high: index, low: index, close: index };
  return { type: 'bar', symbol: 'BTC/USDT', timeframe: '1m', timestamp, ...price, volume: 1 };
}

async function publish(from, to) {
  for (let index = from; index <= to; index += 1) await manager.broker.publishBatch([bar(index)]);
}

function block(ms) {
  const endsAtMs = performance.now() + ms;
  while (performance.now() < endsAtMs);
}

function port(name, ...args) {
  const member = orders[name];
  return typeof member === 'function' ? orders[name](...args) : member;
}

const own = { publish, block, port };

async function answer(line) {
  const { id, call, args } = JSON.parse(line);
  let said;
  try {
    const result = await (own[call] ?? manager[call].bind(manager))(...args);
    said = { id, result };
  } catch (thrown) {
    said = { id, error: thrown.message, code: thrown.code };
  }
  process.stdout.write(`${JSON.stringify(said)}\n`);
}

createInterface({ input: process.stdin }).on('line', (line) => void answer(line));
