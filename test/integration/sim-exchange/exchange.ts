import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { binance, Order } from 'ccxt';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from '../support/files.ts';
import { waitFor } from '../support/wait.ts';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

type Json = Record<string, unknown>;

/** An order as ccxt tells it; its own type leaves open whether it has an id. */
type Placed = Order & { id: string; fees: readonly Json[] };

/** ccxt's own Binance with its streams, as far as its types do not say it well. */
export type Ccxt = {
  readonly markets: Json;
  readonly urls: { api: Json & { ws: Json & { 'ws-api': Json } } };
  createOrder(
    symbol: string,
    type: 'market' | 'limit',
    side: 'buy' | 'sell',
    amount: number,
    price?: number,
    params?: Json,
  ): Promise<Placed>;
  createMarketBuyOrderWithCost(symbol: string, cost: number): Promise<Placed>;
  loadHttpProxyAgent(): Promise<unknown>;
  watchBidsAsks(symbols?: string[]): Promise<Record<string, Json>>;
} & binance;

type CcxtClass = new (options: Json) => Ccxt;

/** The package has no entry for one exchange alone: all of it would take a second to load. */
async function loadCcxt(): Promise<CcxtClass> {
  const url = new URL('./src/pro/binance.js', import.meta.resolve('ccxt'));
  return ((await import(url.href)) as { default: CcxtClass }).default;
}

export interface State {
  readonly orders: readonly (Record<string, string> & { orderId: number })[];
  readonly fills: readonly (Record<string, string> & { id: number; orderId: number })[];
  readonly balances: readonly { asset: string; free: string; locked: string }[];
  readonly prices: Readonly<Record<string, string>>;
}

/** A line of the log. */
export interface Line {
  readonly seq: number;
  readonly type: string;
  readonly order?: Readonly<Record<string, unknown>>;
  readonly fill?: Readonly<Record<string, unknown>>;
  readonly balances?: readonly { asset: string; free: string; locked: string }[];
  readonly [name: string]: unknown;
}

interface Address {
  readonly rest: string;
  readonly stream: string;
  readonly wsApi: string;
}

/** The real command in a process of its own. Its market stands still unless `--tick` is given. */
export class SimProcess {
  readonly address: Address;
  readonly #child: ReturnType<typeof spawn>;
  readonly #logPath: string;

  private constructor(child: ReturnType<typeof spawn>, address: Address, logPath: string) {
    this.#child = child;
    this.address = address;
    this.#logPath = logPath;
  }

  static async start(...options: readonly string[]): Promise<SimProcess> {
    const logPath = join(temporaryDirectory(), 'sim.log');
    const args = [MAIN, 'sim-exchange', '--tick', '0', '--log', logPath, ...options];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const line = await waitFor('its address', () => {
      if (child.exitCode !== null) throw new Error(`it ended: ${stderr}`);
      return stdout.includes('\n') && stdout;
    });
    return new SimProcess(child, JSON.parse(line) as Address, logPath);
  }

  /** ccxt, as a user would point it here; nothing of it can leave the machine. */
  async client(options: Json = {}): Promise<Ccxt> {
    const Binance = await loadCcxt();
    const client = new Binance({
      apiKey: 'sim-key',
      secret: 'sim-secret',
      newUpdates: true,
      enableRateLimit: false,
      timeout: 5_000,
      ...options,
      options: {
        fetchMarkets: { types: ['spot'] },
        fetchMargins: false,
        defaultType: 'spot',
        ...(options['options'] as Json | undefined),
      },
    });
    const { rest, stream, wsApi } = this.address;
    const { api } = client.urls;
    for (const name of Object.keys(api)) {
      if (typeof api[name] === 'string') api[name] = `${rest}/elsewhere/${name}`;
    }
    api['public'] = `${rest}/api/v3`;
    api['private'] = `${rest}/api/v3`;
    api.ws['spot'] = stream;
    api.ws['ws-api']['spot'] = wsApi;
    client.has['fetchCurrencies'] = false;
    // Without it, ccxt refuses to speak to ws:// addresses.
    await client.loadHttpProxyAgent();
    onTestFinished(async () => {
      await client.close();
    });
    await client.loadMarkets();
    return client;
  }

  async sim<T = Json>(path: string, body?: unknown, method?: string): Promise<T> {
    const response = await fetch(`${this.address.rest}/sim/${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as T;
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  state(): Promise<State> {
    return this.sim<State>('state');
  }

  /** The market is at this price now. */
  async price(price: number, symbol = 'BTC/USDT'): Promise<void> {
    await this.sim('price', { symbol, price });
  }

  log(...types: readonly string[]): Line[] {
    const lines = readFileSync(this.#logPath, 'utf8').trimEnd().split('\n');
    return lines
      .map((line) => JSON.parse(line) as Line)
      .filter(({ type }) => types.length === 0 || types.includes(type));
  }

  /** Its exit code, once it has ended. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** Sends a signal that does not end it. */
  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Its exit code after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended();
  }
}
