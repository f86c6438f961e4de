// Redis PUB/SUB through ioredis over a Unix socket, JSON, pipelined, no limit on what waits.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { nextTurn, scratchDirectory } from '../support/peer-tools.mjs';
import { startServer, whyMissing } from '../support/server.mjs';

const CHANNEL = 'bars';
/** Bursts that may wait for the server's answer. */
const BURSTS_UNDER_WAY = 8;

export const missing = () => whyMissing('redis-server');

export async function openPublisher() {
  const directory = scratchDirectory();
  const path = join(directory.path, 'redis');
  const args = ['--port', '0', '--unixsocket', path, '--save', '', '--appendonly', 'no'];
  const limits = ['--client-output-buffer-limit', 'pubsub', '0', '0', '0'];
  const server = await startServer(
    'redis-server',
    [...args, ...limits, '--dir', directory.path],
    async () => (existsSync(path) ? path : undefined),
  );
  const redis = new Redis({ path });
  const underWay = [];
  return {
    endpoint: path,
    pids: [server.pid],
    publishOne(bar) {
      redis.publish(CHANNEL, JSON.stringify(bar)).catch(() => undefined);
    },
    async publishBurst(bars) {
      let last;
      for (const bar of bars) last = redis.publish(CHANNEL, JSON.stringify(bar));
      underWay.push(last);
      if (underWay.length > BURSTS_UNDER_WAY) await underWay.shift();
      else await nextTurn();
    },
    async close() {
      redis.disconnect();
      await server.stop();
      directory.remove();
    },
  };
}

export async function subscribe(path, onBar) {
  const redis = new Redis({ path });
  redis.on('message', (channel, message) => onBar(JSON.parse(message)));
  await redis.subscribe(CHANNEL);
}
