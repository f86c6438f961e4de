import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../integration/support/files.ts';
import { completeConfig } from '../../../../src/system/config/config-schema.ts';
import { ConfigError } from '../../../../src/system/config/errors.ts';
import { loadConfig, type LoadedConfig } from '../../../../src/system/config/load-config.ts';

function load(text: string, env: Record<string, string> = {}, mode = 0o600): LoadedConfig {
  const path = join(temporaryDirectory(), 'c.yaml');
  writeFileSync(path, text);
  chmodSync(path, mode);
  return loadConfig({ path, env });
}

/** The faults, with the directory taken off their places. */
function faults(text: string, env: Record<string, string> = {}): readonly string[] {
  try {
    load(text, env);
  } catch (thrown) {
    if (!(thrown instanceof ConfigError)) throw thrown;
    expect(thrown.code).toBe('CONFIG_INVALID');
    const lines = thrown.facts['faults'] as string[];
    for (const line of lines) expect(thrown.message).toContain(line);
    return lines.map((line) => line.replace(/^.*\/c\.yaml/, 'c.yaml'));
  }
  return [];
}

describe('loadConfig', () => {
  it('takes an empty file, and none, for the defaults', () => {
    expect(load('').config).toEqual(completeConfig({}));
    expect(loadConfig({ path: null, env: {} }).config).toEqual(completeConfig({}));
  });

  it('says every fault of a file at once, each with its place', () => {
    expect(
      faults(`server:
  ports: 7411
  port: many
workers:
  max: 1.5
  run:
    - id: a
      strategy: sma
      symbols: []
    - strategy: sma
risk:
  all: { maxOrderNotional: lots, maxDailyLoss: 0 }
log: { level: loud }
alerts:
  webhook: { url: nowhere }
`),
    ).toEqual([
      'c.yaml:3:3: server.port: expected a number; got "many"',
      'c.yaml:2:3: server.ports: no such setting; did you mean "port"?',
      'c.yaml:12:10: risk.all.maxOrderNotional: expected a decimal number; got "lots"',
      'c.yaml:5:3: workers.max: expected a whole number; got 1.5',
      'c.yaml:9:7: workers.run[0].symbols: expected 1 entry at least; got []',
      'c.yaml:10:7: workers.run[1].id: expected a text; got nothing',
      'c.yaml:15:14: alerts.webhook.url: expected an address such as https://example.org/hook; got a value that is not shown',
      'c.yaml:13:8: log.level: expected one of "debug", "info", "warn", "error"; got "loud"',
      'c.yaml:12:34: risk.all.maxDailyLoss: expected a number above 0; got 0',
    ]);
  });

  it.each([
    ['server: [', 'c.yaml:1:10:'],
    [
      'log: { level: info }\nlog: { level: warn }',
      'c.yaml:2:1: this name stands in its mapping twice',
    ],
    ['just a text', 'c.yaml:1:1: the configuration: expected a mapping; got "just a text"'],
    [
      'market: { source: moon }',
      'market.source: expected one of "synthetic", "exchange"; got "moon"',
    ],
    ['market: { source: synthetic, exchange: okx }', 'market.exchange: this does not go with'],
    ['nothing: 1', 'nothing: no such setting; at the top there may be server, market'],
    [
      'workers: { run: [{ id: "a b", strategy: s }] }',
      'workers.run[0].id: "a b" is not a worker id',
    ],
    ['market: { source: synthetic, symbols: ["?"] }', 'market.symbols[0]: "?" is not a symbol'],
    ['market: { source: synthetic, timeframe: 1x }', 'market.timeframe: "1x" is not a timeframe'],
  ])('refuses %j', (text, message) => {
    expect(faults(text)).toEqual([expect.stringContaining(message)]);
  });

  it('refuses an id that two workers have', () => {
    const run = 'workers:\n  run:\n    - { id: a, strategy: s }\n    - { id: a, strategy: t }';
    expect(faults(run)).toEqual([
      'c.yaml:4:9: workers.run[1].id: the id "a" is that of workers.run[0] already: each worker needs its own',
    ]);
  });

  it('says what is wrong with a file that is not there', () => {
    const path = join(temporaryDirectory(), 'c.yaml');
    expect(() => loadConfig({ path, env: {} })).toThrow(
      `the configuration ${path} can't be read: there is no such file; quantcell init writes one`,
    );
  });

  it('takes a section of which every line is a comment as left out', () => {
    expect(load('risk:\n  # all: {}\nworkers:\n  run:\n').config).toEqual(completeConfig({}));
  });

  it('puts variables of the environment before the file', () => {
    const { config } = load('server: { port: 1 }', {
      QUANTCELL_SERVER_PORT: '8000',
      QUANTCELL_SERVER_ALLOWED_HOSTS: '[a.example, b.example]',
      QUANTCELL_TRADING_PAPER_CASH: '0.10000000000000000001',
      QUANTCELL_ALERTS_EMAIL_HOST: 'smtp',
      QUANTCELL_ALERTS_EMAIL_FROM: 'a@b',
      QUANTCELL_ALERTS_EMAIL_TO: '[c@d]',
      QUANTCELL_ALERTS_EMAIL_PASSWORD: '1234',
    });
    expect(config.server).toMatchObject({ port: 8000, allowedHosts: ['a.example', 'b.example'] });
    expect(config.trading.paper.cash).toBe('0.10000000000000000001');
    expect(config.alerts.email).toMatchObject({ host: 'smtp', password: '1234', port: 587 });
  });

  it('names the variable of a value that is wrong', () => {
    expect(faults('', { QUANTCELL_SERVER_PORT: 'x' })).toEqual([
      'QUANTCELL_SERVER_PORT: server.port: expected a number; got "x"',
    ]);
  });

  it.each([
    ['QUANTCELL_SERVR_PORT', 'did you mean QUANTCELL_SERVER_PORT?'],
    ['QUANTCELL_LEVEL', 'did you mean QUANTCELL_LOG_LEVEL?'],
    ['QUANTCELL_LOG_FILENAMES_TO_WRITE', 'expected one of QUANTCELL_LOG_LEVEL'],
    ['QUANTCELL_LOG_LEVELS', 'did you mean QUANTCELL_LOG_LEVEL?'],
  ])('refuses %s, which looks like a setting', (variable, hint) => {
    expect(faults('', { [variable]: '1' })).toEqual([`${variable} is no setting; ${hint}`]);
  });

  it('leaves the variables alone that mean something else, and warns of others', () => {
    const { warnings } = load('', {
      QUANTCELL_HOME: '/x',
      QUANTCELL_URL: 'x',
      QUANTCELL_TOKEN: 'x',
      QUANTCELL_ADMIN_TOKEN: 'x',
      QUANTCELL_KEYS_PASSPHRASE: 'x',
      QUANTCELL_BINANCE_API_KEY: 'x',
      QUANTCELL_WEATHER: 'x',
    });
    expect(warnings).toEqual(['the variable QUANTCELL_WEATHER says nothing to QuantCell']);
  });

  it('puts the environment in the place of ${NAME}', () => {
    const text = 'alerts: { webhook: { url: "https://${HOST}/x", secret: "$${HOST}" } }';
    const { config } = load(text, { HOST: 'example.org' });
    expect(config.alerts.webhook).toEqual({ url: 'https://example.org/x', secret: '${HOST}' });
    expect(faults(text)).toEqual([
      expect.stringContaining('alerts.webhook.url: the environment has no variable HOST'),
    ]);
  });

  it('quotes no secret', () => {
    const text = 'alerts: { telegram: { botToken: 4711, chatId: x } }\nlog: { level: "${S}" }';
    const lines = faults(text, { S: 'hunter2' }).join('\n');
    expect(lines).toContain('alerts.telegram.botToken: expected a text; got a value that is not');
    expect(lines).not.toMatch(/4711|hunter2/);
  });

  it('warns of secrets in a file that others can read', () => {
    const text = 'alerts: { webhook: { url: "https://a.example/", secret: abc } }';
    expect(load(text, {}, 0o644).warnings).toEqual([
      expect.stringMatching(
        /holds alerts\.webhook\.secret and can be read by others \(mode 0644\)/,
      ),
    ]);
    expect(load(text, {}, 0o600).warnings).toEqual([]);
    expect(load(text.replace('abc', '"${S}"'), { S: 'x' }, 0o644).warnings).toEqual([]);
  });
});
