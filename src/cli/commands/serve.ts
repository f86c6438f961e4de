import { ApiServer } from '../../api/server.ts';
import { messageOf, QuantCellError } from '../../base/errors.ts';
import type { ServiceConfig } from '../../system/config/config-schema.ts';
import { copyExamples } from '../../system/example-strategies.ts';
import { DEMO_STRATEGIES } from '../../system/demo.ts';
import { ownerOf } from '../../system/diagnosis/machine-checks.ts';
import { Service } from '../../system/service/service.ts';
import { UsageError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { requireFreePort } from '../port-check.ts';
import { SecretPrompt } from '../secret-prompt.ts';
import { readServeOptions, type ServeFlags, type ServePlace } from '../serve-options.ts';
import { ServiceLog } from '../service-log.ts';

export type { ServeFlags } from '../serve-options.ts';

/** `quantcell serve`: the system as a service, until it is stopped. Returns the exit code. */
export async function serveCommand(flags: ServeFlags, interruption: Interruption): Promise<number> {
  const place = readServeOptions(flags);
  try {
    return await serve(place, flags, interruption);
  } finally {
    place.tidy();
  }
}

async function serve(
  place: ServePlace,
  flags: ServeFlags,
  interruption: Interruption,
): Promise<number> {
  const { config, warnings } = place.load();
  const log = new ServiceLog((text) => void process.stdout.write(text), flags.json === true);
  const prompt = new SecretPrompt(process.stdin, (text) => void process.stderr.write(text));
  const service = new Service({
    config,
    configPath: place.configPath,
    home: place.home,
    ...(place.configPath !== null && { reread: () => rereadConfig(place, log) }),
    passphrase: async () => (await prompt.ask('Passphrase of the keys')) ?? '',
    logger: log,
  });
  const interrupted = watch(service, log, interruption);
  keepInspectorOff(log);
  for (const warning of warnings) log.log('warn', warning);
  let server: ApiServer | undefined;
  try {
    await requireFreePort(config.server.host, config.server.port);
    if (flags.demo === true) copyExamples(DEMO_STRATEGIES, service.strategies.folder);
    const failure = await service.start().then(
      () => undefined,
      (thrown: unknown) => inUse(place, thrown),
    );
    if (failure !== undefined) return failed(failure);
    if (!interruption.asked) {
      server = new ApiServer({ service });
      announce(service, await server.start(), log, flags.json === true);
      // Who is asked to stop does not wait until all of them are started.
      const started = service.startWorkers().then(() => {
        if (!interruption.asked) log.log('info', 'ready', { workers: service.workersAlive });
      });
      await Promise.race([started, interrupted]);
    }
    await interrupted;
    log.log('info', 'stopping');
  } finally {
    prompt.close();
    // Nobody is to begin anything more while it ends.
    await server?.stop();
    await service.stop();
    interruption.done();
  }
  if (interruption.forced) return ExitCode.INTERRUPTED;
  log.log('info', 'stopped');
  return ExitCode.OK;
}

/**
 * What may be otherwise the next time, such as an exchange that does not answer, is a failure, after which a service
 * manager tries again; a wrong setting is not.
 */
function failed(thrown: unknown): number {
  if (!(thrown instanceof QuantCellError) || thrown instanceof UsageError) throw thrown;
  process.stderr.write(`quantcell: ${thrown.code}: ${thrown.message}\n`);
  return ExitCode.FAILED;
}

/** Two services on one home: says so, and not only which of its files is in use. */
function inUse({ home }: ServePlace, thrown: unknown): unknown {
  if (!(thrown instanceof QuantCellError) || thrown.code !== 'ACCESS_IN_USE') return thrown;
  const owner = ownerOf(home);
  const who = owner === undefined ? 'another process' : `process ${owner}`;
  return new UsageError(
    `${home} is in use by ${who}: stop that first, or take another home with --home`,
  );
}

/** Node opens its inspector at this signal, by which whoever is on this machine runs code in here. */
function keepInspectorOff(log: ServiceLog): void {
  process.on('SIGUSR1', () => log.log('warn', 'SIGUSR1 does nothing: the inspector stays off'));
}

/** Resolves once it is to be stopped. */
function watch(service: Service, log: ServiceLog, interruption: Interruption): Promise<void> {
  return new Promise<void>((resolve) => {
    const running = {
      stop: resolve,
      kill: () => service.kill(),
      reload: () => void reload(service, log),
      get workersAlive() {
        return service.workersAlive;
      },
      get stopLimitMs() {
        return service.stopLimitMs;
      },
    };
    interruption.watch(running, (line) => log.log('warn', line));
  });
}

async function reload(service: Service, log: ServiceLog): Promise<void> {
  try {
    const { applied, atNextStart, leftAlone } = await service.reload();
    log.log('info', 'the configuration is read again', { applied, atNextStart });
    for (const what of leftAlone) log.log('warn', what);
  } catch (thrown) {
    const code = thrown instanceof QuantCellError ? `${thrown.code}: ` : '';
    log.log('error', `the configuration stays as it is: ${code}${messageOf(thrown)}`);
  }
}

function rereadConfig(place: ServePlace, log: ServiceLog): ServiceConfig {
  const { config, warnings } = place.load();
  for (const warning of warnings) log.log('warn', warning);
  return config;
}

/** Where it is and how to get in; the token itself only once, when it is made. */
function announce(service: Service, url: string, log: ServiceLog, isJson: boolean): void {
  const { home, configPath, config, tokens } = service;
  const { firstToken, adminTokenPath } = tokens;
  const mode = modeOf(config);
  if (isJson) {
    const token = firstToken === undefined ? {} : { token: firstToken.token };
    log.log('info', 'listening', { url, home, configPath, mode, adminTokenPath, ...token });
    return;
  }
  const lines = [
    `QuantCell is at ${url}`,
    `  mode    ${mode}`,
    `  home    ${home}`,
    `  config  ${configPath ?? 'the built-in one'}`,
    `  log in  with the token in ${adminTokenPath}`,
    ...(firstToken === undefined ? [] : [`          ${firstToken.token} (shown this once)`]),
    '  stop    Ctrl-C',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What is at stake. */
function modeOf({ market, trading }: ServiceConfig): string {
  if (trading.venue === 'none') return 'no orders';
  if (trading.venue === 'paper' || market.source !== 'exchange') return 'paper';
  if (market.sim !== null) return `orders go to the simulated exchange at ${market.sim}`;
  if (market.sandbox) return `orders go to the sandbox of ${market.exchange}`;
  return `LIVE: orders go to ${market.exchange} with real money`;
}
