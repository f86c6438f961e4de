// NATS through its own client over loopback TCP, JSON, limits high enough that nobody is cut off.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { nextTurn, scratchDirectory } from '../support/peer-tools.mjs';
import { startServer, whyMissing } from '../support/server.mjs';

const SUBJECT = 'bars';
/** Bursts between two waits for the server. */
const BURSTS_A_FLUSH = 8;

export const missing = () => whyMissing('nats-server');

export async function openPublisher() {
  const directory = scratchDirectory();
  const configPath = join(directory.path, 'nats.conf');
  writeFileSync(
    configPath,
    `listen: "127.0.0.1:-1"
ports_file_dir: ${JSON.stringify(directory.path)}
max_pending: 1GB
write_deadline: "60s"
`,
  );
  const server = await startServer('nats-server', ['-c', configPath], async () =>
    serverUrl(directory.path),
  );
  const connection = await connect({ servers: server.result });
  let bursts = 0;
  return {
    endpoint: server.result,
    pids: [server.pid],
    publishOne(bar) {
      connection.publish(SUBJECT, JSON.stringify(bar));
    },
    async publishBurst(bars) {
      for (const bar of bars) connection.publish(SUBJECT, JSON.stringify(bar));
      bursts += 1;
      if (bursts % BURSTS_A_FLUSH === 0) await connection.flush();
      else await nextTurn();
    },
    async close() {
      await connection.close();
      await server.stop();
      directory.remove();
    },
  };
}

export async function subscribe(url, onBar) {
  const connection = await connect({ servers: url });
  connection.subscribe(SUBJECT, {
    callback(error, message) {
      if (error !== null) throw error;
      onBar(message.json());
    },
  });
  await connection.flush();
}

/** The server picks a free port and writes its address into a file. */
function serverUrl(directory) {
  const file = readdirSync(directory).find((name) => name.endsWith('.ports'));
  if (file === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(join(directory, file), 'utf8')).nats[0];
  } catch {
    // Not written to its end yet.
    return undefined;
  }
}
