import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  API_BASE,
  ROUTES,
  routeOf,
  type AnswerOf,
  type CallInput,
  type OperationName,
} from '../../../src/api/contract/routes.ts';
import { ApiServer } from '../../../src/api/server.ts';
import type { Role } from '../../../src/model/role.ts';
import {
  completeConfig,
  type ServiceConfigInput,
} from '../../../src/system/config/config-schema.ts';
import { Service, type ServiceOptions } from '../../../src/system/service/service.ts';
import { fixture } from '../support/files.ts';

/** A problem, as it was answered. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly [fact: string]: unknown;
}

type Input<Name extends OperationName> = Partial<CallInput<Name>> & { readonly role?: Role };

/** A service and its API over HTTP, on a home that is gone afterwards. */
export class Served implements AsyncDisposable {
  readonly service: Service;
  /** Such as `http://127.0.0.1:7411`. */
  readonly address: string;
  readonly #server: ApiServer;
  readonly #tokens = new Map<Role, string>();

  private constructor(service: Service, server: ApiServer, address: string) {
    this.service = service;
    this.#server = server;
    this.address = address;
  }

  /** Its workers are not started yet. Strategies are those of the fixtures. */
  static async start(
    config: ServiceConfigInput,
    options: Pick<ServiceOptions, 'reread' | 'logger'> = {},
  ): Promise<Served> {
    const service = new Service({
      ...options,
      config: completeConfig(config),
      configPath: null,
      // Not one that ends with a test: all tests of a file have this service.
      home: mkdtempSync(join(tmpdir(), 'quantcell-test-')),
      strategiesFolder: dirname(fixture('flips')),
    });
    await service.start();
    const server = new ApiServer({ service, port: 0 });
    return new Served(service, server, await server.start());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop();
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

  /** The text of a token with that role. */
  tokenOf(role: Role): string {
    const text = this.#tokens.get(role) ?? this.service.tokens.create(`a ${role}`, role).token;
    this.#tokens.set(role, text);
    return text;
  }

  #ask<Name extends OperationName>(name: Name, input: Input<Name>): Promise<Response> {
    const { method, path } = routeOf(name);
    const { params, query, body, role = 'admin' } = input;
    const asked = path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
      encodeURIComponent((params as Record<string, string>)[key] as string),
    );
    const search = new URLSearchParams(query as Record<string, string> | undefined);
    return fetch(`${this.address}${API_BASE}${asked}?${search.toString()}`, {
      method: method.toUpperCase(),
      headers: {
        Authorization: `Bearer ${this.tokenOf(role)}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }
}
