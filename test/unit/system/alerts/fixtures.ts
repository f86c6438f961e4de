import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { LogLevel, Logger } from '../../../../src/base/logger.ts';
import type { Alert, AlertInput } from '../../../../src/system/alerts/alert.ts';

export function anInput(fields: Partial<AlertInput> = {}): AlertInput {
  return {
    kind: 'worker-ended',
    severity: 'warning',
    subject: 'a',
    title: 'worker a ended',
    text: 'The process of worker a ended.',
    ...fields,
  };
}

export function anAlert(fields: Partial<Alert> = {}): Alert {
  return {
    ...anInput(),
    id: 'run-1',
    seq: 1,
    at: Date.UTC(2022, 0, 1),
    facts: {},
    count: 1,
    isResolved: false,
    ...fields,
  };
}

export interface Request {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server of HTTP that keeps what it was asked and answers as it is told; it goes with the test. */
export async function serve(
  answer: (response: ServerResponse, count: number) => void = (response) => response.end('ok'),
): Promise<{ readonly url: string; readonly requests: Request[] }> {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      requests.push({ path: request.url ?? '', headers: request.headers, body });
      answer(response, requests.length);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** A logger that keeps its lines, facts and all. */
export function keepingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const log = (level: LogLevel, message: string, facts?: unknown): void =>
    void lines.push(`${level}: ${message} ${JSON.stringify(facts ?? {})}`);
  return { lines, log };
}
