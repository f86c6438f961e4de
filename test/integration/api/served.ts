import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createApp, type AppParts } from '../../../src/api/app.ts';
import { accessHandlers } from '../../../src/api/handlers/access.ts';
import { executionHandlers } from '../../../src/api/handlers/execution.ts';
import { killSwitchHandlers } from '../../../src/api/handlers/kill-switch.ts';
import { marketHandlers } from '../../../src/api/handlers/market.ts';
import { systemHandlers } from '../../../src/api/handlers/system.ts';
import {
  API_BASE,
  ROUTES,
  routeOf,
  type AnswerOf,
  type CallInput,
  type OperationName,
} from '../../../src/api/contract/routes.ts';
import { Authenticator } from '../../../src/api/security/authenticate.ts';
import { AllowedHosts } from '../../../src/api/security/host-check.ts';
import { LockOut } from '../../../src/api/security/lock-out.ts';
import { AllowedOrigins } from '../../../src/api/security/origin-check.ts';
import { RateLimits } from '../../../src/api/security/rate-limit.ts';
import { Sessions } from '../../../src/api/security/sessions.ts';
import type { Role } from '../../../src/model/role.ts';
import { Alerts } from '../../../src/system/alerts/alerts.ts';
import { completeConfig, type ServiceConfigInput } from '../../../src/system/config/config-schema.ts';
import { Service } from '../../../src/system/service/service.ts';
import { fixture } from '../support/files.ts';

/** A problem, as it was answered. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly [fact: string]: unknown;
}

type Input<Name extends OperationName> = Partial<CallInput<Name>> & { readonly role?: Role };

/** A service with the operations of trading, market and system over HTTP, for tests. */
export class Served implements AsyncDisposable {
  readonly service: Service;
  readonly alerts = new Alerts();
  readonly #tokens = new Map<Role, string>();
  #server: Server | undefined;
  #address = '';

  private constructor(service: Service) {
    this.service = service;
  }

  static async start(config: ServiceConfigInput): Promise<Served> {
    const service = new Service({
      config: completeConfig(config),
      configPath: null,
      // Not one that ends with a test: all tests of a file have this service.
      home: mkdtempSync(join(tmpdir(), 'quantcell-test-')),
      strategiesFolder: dirname(fixture('flips')),
    });
    await service.start();
    const served = new Served(service);
    await served.#listen();
    return served;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
    await this.service.stop();
    rmSync(this.service.home, { recursive: true, force: true, maxRetries: 20 });
  }

  /** Does an operation as somebody with a role, admin unless it is said; the answer is as the contract has it. */
  async call<Name extends OperationName>(
    name: Name,
    input: Input<Name> = {},
  ): Promise<AnswerOf<Name>> {
    const response = await this.#ask(name, input);
    const text = await response.text();
    if (!response.ok) throw new Error(`${name} is answered by ${response.status}: ${text}`);
    const { answer } = ROUTES[name];
    return (answer === null ? null : answer.parse(JSON.parse(text))) as AnswerOf<Name>;
  }

  /** As `call`, for what is refused. */
  async refusal<Name extends OperationName>(name: Name, input: Input<Name> = {}): Promise<Refusal> {
    const response = await this.#ask(name, input);
    const text = await response.text();
    if (response.ok) throw new Error(`${name} is not refused: ${text}`);
    return JSON.parse(text) as Refusal;
  }

  #ask<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Response> {
    const { method, path } = routeOf(name);
    const { params, query, body, role = 'admin' } = input;
    const asked = path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent((params as Record<string, string>)[key] as string),
    );
    const search = new URLSearchParams(query as Record<string, string> | undefined);
    return fetch(`${this.#address}${API_BASE}${asked}?${search}`, {
      method: method.toUpperCase(),
      headers: {
        Authorization: `Bearer ${this.#tokenOf(role)}`,
        ...(method !== 'get' && { 'Content-Type': 'application/json' }),
      },
      ...(method !== 'get' && method !== 'delete' && { body: JSON.stringify(body ?? {}) }),
    });
  }

  #tokenOf(role: Role): string {
    const text = this.#tokens.get(role) ?? this.service.tokens.create(`a ${role}`, role).token;
    this.#tokens.set(role, text);
    return text;
  }

  async #listen(): Promise<void> {
    const app = createApp(this.#parts());
    const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
    const server = createServer((request, response) => void listener(request, response));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  #parts(): AppParts {
    const { service, alerts } = this;
    const { tokens, audit, logger } = service;
    const sessions = new Sessions({ isTokenLive: (id) => tokens.has(id) });
    const rate = { perSecond: 1_000, burst: 2_000 };
    const limits = new RateLimits({ perKey: rate, overall: rate });
    const authenticator = new Authenticator({ tokens, sessions, lockOut: new LockOut(), limits });
    const origins = new AllowedOrigins({ isTls: false });
    const handlers = {
      ...marketHandlers({ service }),
      ...executionHandlers({ service }),
      ...killSwitchHandlers({ service }),
      ...accessHandlers({ service }),
      ...systemHandlers({
        service,
        alerts,
        version: '0.0.0',
        streamClients: () => 0,
        reload: () => service.reload(),
      }),
    };
    return {
      // What is not there is not mounted.
      handlers: handlers as unknown as AppParts['handlers'],
      guards: { hosts: new AllowedHosts([]), origins, authenticator, limits, isTls: false },
      sessions,
      authenticator,
      audit,
      isTls: false,
      metrics: () => Promise.resolve({ text: '', contentType: 'text/plain' }),
      page: null,
      version: '0.0.0',
      logger,
    };
  }
}
