// Servers of peers, which end with the process that started them, however it ends.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const READY_MS = 10_000;

/** The shell waits for its input to end, which it does with this process at the latest. */
const GUARD =
  '"$@" >/dev/null 2>&1 & server=$!; echo $server; cat >/dev/null; kill -KILL $server; wait $server';

/** Why `command` can't be run here; undefined if it can. */
export function whyMissing(command) {
  for (const folder of [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin']) {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return undefined;
    } catch {
      // Perhaps the next one.
    }
  }
  return `${command} is not installed`;
}

/** Starts a server and waits until `ready` gives something other than undefined. */
export async function startServer(command, args, ready) {
  const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin`;
  const guard = spawn('/bin/sh', ['-c', GUARD, 'server', command, ...args], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, PATH },
  });
  const stop = async () => {
    if (guard.exitCode !== null || guard.signalCode !== null) return;
    const ended = once(guard, 'exit');
    guard.stdin.end();
    await ended;
  };
  try {
    const [line] = await once(guard.stdout, 'data');
    const endsMs = performance.now() + READY_MS;
    for (;;) {
      const result = await ready();
      if (result !== undefined) return { pid: Number(String(line)), result, stop };
      if (performance.now() > endsMs)
        throw new Error(`${command} was not ready within ${READY_MS} ms`);
      await delay(20);
    }
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}
