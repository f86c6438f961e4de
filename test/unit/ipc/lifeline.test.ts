import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { holdLifeline, LifelineRefused, LifelineServer } from '../../../src/ipc/lifeline.ts';

const NOTHING = { onHeld: () => undefined, onCut: () => undefined };

async function serverOf(): Promise<{ server: LifelineServer; path: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  const path = join(directory, 'lifeline.sock');
  const server = new LifelineServer(path);
  onTestFinished(async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  await server.start();
  return { server, path };
}

describe('a lifeline', () => {
  it('is held by a process that is expected, until the host is gone', async () => {
    const { server, path } = await serverOf();
    server.expect('p-1', NOTHING);
    const cut = new Promise<void>((resolve) => void holdLifeline(path, 'p-1', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    await server.stop();
    await cut;
  });

  it('tells the host when the process is gone', async () => {
    const { server, path } = await serverOf();
    const cut = new Promise<void>((resolve) =>
      server.expect('p-1', { ...NOTHING, onCut: resolve }),
    );
    const socket = connect(path);
    socket.write('p-1\n');
    await once(socket, 'data');
    socket.destroy();
    await cut;
  });

  it('is refused to whoever is not expected, or not any more', async () => {
    const { server, path } = await serverOf();
    server.expect('p-1', NOTHING);
    server.forget('p-1');
    await expect(holdLifeline(path, 'p-1', () => undefined)).rejects.toBeInstanceOf(
      LifelineRefused,
    );
    await expect(holdLifeline(path, 'p-2', () => undefined)).rejects.toBeInstanceOf(
      LifelineRefused,
    );
  });

  it('can not be held where there is no host', async () => {
    const { server, path } = await serverOf();
    await server.stop();
    await expect(holdLifeline(path, 'p-1', () => undefined)).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });

  it('takes over a socket file that a killed host left', async () => {
    const { server, path } = await serverOf();
    await server.stop();
    const left = new LifelineServer(path);
    await left.start();
    const next = new LifelineServer(path);
    next.expect('p-1', NOTHING);
    await next.start();
    await expect(holdLifeline(path, 'p-1', () => undefined)).resolves.toBeUndefined();
    await next.stop();
    await left.stop();
  });

  it('is not given for a line that does not end', async () => {
    const { path } = await serverOf();
    const socket = connect(path);
    socket.write('x'.repeat(10_000));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toBe('unknown\n');
    await once(socket, 'close');
  });
});
