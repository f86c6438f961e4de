import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { onTestFinished } from 'vitest';
import { silentLogger } from '../../../../src/base/logger.ts';
import type { SecurityEnv } from '../../../../src/api/security/environment.ts';
import { onApiError } from '../../../../src/api/security/problem.ts';
import { requestIds } from '../../../../src/api/security/request-id.ts';

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Of a problem. */
  readonly code: string | undefined;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Listening {
  readonly server: Server;
  readonly port: number;
  readonly ask: (what?: Ask) => Promise<Told>;
}

/** An app that answers errors with problems, and has nothing else yet. */
export function bareApp(): Hono<SecurityEnv> {
  const app = new Hono<SecurityEnv>();
  app.onError(onApiError(silentLogger));
  app.use(requestIds());
  return app;
}

/** The app behind a real socket of this machine. Any header can be sent, also those that fetch keeps to itself. */
export async function listening(app: Hono<SecurityEnv>): Promise<Listening> {
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, ask: (what = {}) => ask(port, what) };
}

function ask(port: number, { method = 'GET', path = '/', headers = {}, body }: Ask): Promise<Told> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const isChunked = 'transfer-encoding' in headers;
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...(isChunked ? {} : length), ...headers },
        agent: false,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('error', reject);
        response.on('end', () => {
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
          const code = json['code'] as string | undefined;
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text,
            code,
            json,
          });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

export function temporaryHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'quantcell-api-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return home;
}
