import { createServer } from 'node:net';
import { UsageError } from './errors.ts';

/**
 * Looks whether a port is free before anything is started that would have to be stopped again.
 *
 * @throws {UsageError} if it is taken
 */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const server = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve);
    server.listen({ host, port, exclusive: true }, () => resolve(undefined));
  });
  if (error === undefined) {
    await new Promise((resolve) => server.close(resolve));
    return;
  }
  // Anything else is said by the server itself, better than here.
  if (error.code !== 'EADDRINUSE') return;
  throw new UsageError(
    `port ${port} of ${host} is taken, perhaps by another quantcell serve: stop that, or take another one with --port`,
  );
}
