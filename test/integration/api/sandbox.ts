import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiServer } from '../../../src/api/server.ts';
import type { Role } from '../../../src/model/role.ts';
import {
  completeConfig,
  type ServiceConfigInput,
} from '../../../src/system/config/config-schema.ts';
import { Service } from '../../../src/system/service/service.ts';
import { fixture } from '../support/files.ts';

export interface SandboxOptions {
  readonly config: ServiceConfigInput;
  /** Of test/fixtures/strategies, copied: the API may write to the folder. */
  readonly fixtures?: readonly string[];
  /** More strategies: text by the name of the file. */
  readonly files?: Readonly<Record<string, string>>;
  /** Reads the configuration again. */
  readonly reread?: ServiceConfigInput;
}

export interface RawAsk {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A running service with its server, a home and a strategies folder of its own, which all end with it. */
export class Sandbox implements AsyncDisposable {
  readonly service: Service;
  readonly server: ApiServer;
  readonly home: string;
  readonly strategies: string;
  /** Such as `http://127.0.0.1:7411`. */
  readonly url: string;
  readonly #tokens = new Map<Role, string>();

  private constructor(service: Service, server: ApiServer, url: string) {
    this.service = service;
    this.server = server;
    this.home = service.home;
    this.strategies = service.strategies.folder;
    this.url = url;
  }

  /** Resolves once its workers run. */
  static async start({ config, fixtures = [], files = {}, reread }: SandboxOptions) {
    const home = mkdtempSync(join(tmpdir(), 'quantcell-api-'));
    const strategies = join(home, 'strategies');
    mkdirSync(strategies, { mode: 0o700 });
    for (const name of fixtures) copyFileSync(fixture(name), join(strategies, `${name}.ts`));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(strategies, name), text);
    const service = new Service({
      config: completeConfig(config),
      configPath: null,
      home,
      ...(reread && { reread: () => completeConfig(reread) }),
    });
    await service.start();
    await service.startWorkers();
    const server = new ApiServer({ service, port: 0 });
    return new Sandbox(service, server, await server.start());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.stop();
    await this.service.kill();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** The text of a token with that role. */
  tokenOf(role: Role): string {
    const text = this.#tokens.get(role) ?? this.service.tokens.create(`a ${role}`, role).token;
    this.#tokens.set(role, text);
    return text;
  }

  bearer(role: Role): { readonly authorization: string } {
    return { authorization: `Bearer ${this.tokenOf(role)}` };
  }

  /** Asks with any headers, also those that fetch keeps to itself, and with the path as it is. */
  ask({ method = 'GET', path, headers = {}, body }: RawAsk): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const asked = request(
        {
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          headers: { ...length, ...headers },
          agent: false,
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
          });
        },
      );
      asked.on('error', reject);
      asked.end(body);
    });
  }
}
