import { connect as openSocket } from 'node:net';
import { messageOf } from '../../base/errors.ts';
import { ApiCallError, UnreachableError } from '../../client/index.ts';
import { loadConfig } from '../../system/config/load-config.ts';
import { fail, ok, warn, type Check } from '../../system/diagnosis/check.ts';
import { checkHome } from '../../system/diagnosis/home-checks.ts';
import {
  checkClock,
  checkOrphans,
  checkSharedMemory,
  checkVersions,
  ownerOf,
} from '../../system/diagnosis/machine-checks.ts';
import { VERSION } from '../../api/version.ts';
import { connect, type Connection, type ConnectionFlags } from '../api/connection.ts';
import { printAnswer } from '../api/print.ts';
import { ExitCode } from '../exit-code.ts';
import { homeOf } from '../home.ts';
import { configPathOf } from '../serve-options.ts';
import { escapeControls } from '../terminal/escape-controls.ts';

/** Options of `quantcell diagnose`. */
export interface DiagnoseFlags extends ConnectionFlags {
  readonly config?: string;
}

/** For each answer of the server, milliseconds. */
const LIMIT_MS = 3_000;

/** Clocks of two machines that are further apart than this are worth a word, milliseconds. */
const CLOCKS_APART_MS = 1_000;

/** `quantcell diagnose`: what is wrong, and what to do. Returns the exit code. */
export async function diagnoseCommand(flags: DiagnoseFlags): Promise<number> {
  const home = homeOf(flags.home);
  const checks: readonly Check[] = [
    checkVersions(VERSION),
    ...checkHome(home),
    checkOrphans(home),
    checkSharedMemory(),
    checkConfig(flags, home),
    await checkClock(),
    ...(await checkServer(flags, home)),
  ];
  const failures = checks.filter(({ status }) => status === 'fail').length;
  const document = { home, isWell: failures === 0, checks };
  printAnswer(flags, document, () => checks.map(lineOf).join('\n'));
  return failures === 0 ? ExitCode.OK : ExitCode.FAILED;
}

function lineOf({ status, name, detail, advice }: Check): string {
  const rest = advice === null ? '' : `\n${' '.repeat(21)}-> ${escapeControls(advice)}`;
  const text = detail
    .split('\n')
    .map(escapeControls)
    .join(`\n${' '.repeat(21)}`);
  return `${status.padEnd(5)} ${name.padEnd(14)} ${text}${rest}`;
}

function checkConfig(flags: DiagnoseFlags, home: string): Check {
  const path = configPathOf(flags, home);
  try {
    const { warnings } = loadConfig({ path, env: process.env });
    const facts =
      path === null ? 'the built-in one; quantcell init writes one' : `${path} is valid`;
    if (warnings.length === 0) return ok('config', facts);
    return warn('config', warnings.join('\n'), 'do what it says');
  } catch (thrown) {
    return fail('config', messageOf(thrown), 'correct it: quantcell serve does not start with it');
  }
}

async function checkServer(flags: DiagnoseFlags, home: string): Promise<readonly Check[]> {
  let connection: Connection;
  try {
    connection = connect(flags, LIMIT_MS);
  } catch (thrown) {
    return [fail('server', messageOf(thrown), 'correct the address or the token')];
  }
  const { url, client } = connection;
  try {
    await client.call('getLive');
  } catch (thrown) {
    return [await notThere(url, home, thrown)];
  }
  const checks = [ok('server', `${url} answers`), await checkReady(connection)];
  try {
    const began = Date.now();
    const info = await client.call('getSystem');
    const now = (began + Date.now()) / 2;
    return [...checks, ...compare(info, now, home)];
  } catch (thrown) {
    const advice = 'give a token that the server knows: --token-file, QUANTCELL_TOKEN, or --home';
    return [...checks, warn('access', messageOf(thrown), advice)];
  }
}

async function notThere(url: string, home: string, thrown: unknown): Promise<Check> {
  const owner = ownerOf(home);
  if (!(thrown instanceof UnreachableError)) {
    return fail('server', messageOf(thrown), `look whether ${url} is the address of QuantCell`);
  }
  if (owner !== undefined) {
    const facts = `process ${owner} has the home, and does not answer at ${url}`;
    return fail('server', facts, 'give its address with --url, or look into its log');
  }
  if (await isTaken(new URL(url))) {
    const facts = `something else than QuantCell is at ${url}`;
    return fail('port', facts, 'end that, or take another port: quantcell serve --port');
  }
  return warn('server', `nothing answers at ${url}`, 'quantcell serve starts it');
}

/** Whether somebody listens there. */
function isTaken({ hostname, port, protocol }: URL): Promise<boolean> {
  const usual = protocol === 'https:' ? 443 : 80;
  return new Promise((resolve) => {
    const socket = openSocket({
      host: hostname.replaceAll(/[[\]]/g, ''),
      port: port === '' ? usual : Number(port),
      timeout: LIMIT_MS,
    });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

async function checkReady({ client }: Connection): Promise<Check> {
  try {
    await client.call('getReady');
    return ok('ready', 'everything is started');
  } catch (thrown) {
    const detail = thrown instanceof ApiCallError ? thrown.problem.detail : messageOf(thrown);
    return fail('ready', detail, 'wait if it has just been started, else look into its log');
  }
}

interface Info {
  readonly version: string;
  readonly now: number;
  readonly home: string;
  readonly pid: number;
}

function compare(info: Info, now: number, home: string): readonly Check[] {
  const apart = info.now - now;
  const facts = `the server's clock is ${Math.abs(apart).toFixed(0)} ms from this one`;
  const isOther = info.version !== VERSION;
  return [
    Math.abs(apart) > CLOCKS_APART_MS
      ? warn('server clock', facts, 'let both keep time with NTP')
      : ok('server clock', facts),
    isOther
      ? warn('server version', `it is ${info.version}, this is ${VERSION}`, 'start it again')
      : ok('server version', info.version),
    info.home === home
      ? ok('server home', info.home)
      : warn(
          'server home',
          `it has ${info.home}, this looked at ${home}`,
          'give the one with --home',
        ),
  ];
}
