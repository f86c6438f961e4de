#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { messageOf, QuantCellError } from '../base/errors.ts';
import { defineCompletion } from './definitions/completion.ts';
import { defineHomeCommands } from './definitions/home-commands.ts';
import { defineRunCommands } from './definitions/run-commands.ts';
import { defineServerCommands } from './definitions/server-commands.ts';
import { defineServiceCommands } from './definitions/service-commands.ts';
import { defineTradingCommands } from './definitions/trading-commands.ts';
import { defineWorkerCommands } from './definitions/worker-commands.ts';
import { ExitCode } from './exit-code.ts';
import { Interruption } from './interruption.ts';

function version(): string {
  const json = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(json) as { version: string }).version;
}

const interruption = new Interruption();

const program = new Command('quantcell')
  .description('Runs trading strategies, each in its own process, and keeps them alive.')
  .version(version())
  .showHelpAfterError('(--help shows what is possible)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE));

defineServiceCommands(program, interruption);
defineWorkerCommands(program);
defineTradingCommands(program);
defineServerCommands(program, interruption);
defineRunCommands(program, interruption);
defineHomeCommands(program, interruption);
defineCompletion(program);

try {
  await program.parseAsync();
} catch (thrown) {
  const { describeFailure } = await import('./api/api-failure.ts');
  const failure = describeFailure(thrown);
  const known = thrown instanceof QuantCellError;
  const text = failure?.text ?? `${known ? `${thrown.code}: ` : ''}${messageOf(thrown)}`;
  process.stderr.write(`quantcell: ${text}\n`);
  const isStrange = !known && failure === undefined;
  if (isStrange && thrown instanceof Error) process.stderr.write(`${thrown.stack}\n`);
  const where = known && 'remoteStack' in thrown ? String(thrown.remoteStack) : '';
  if (where !== '') process.stderr.write(`${where}\n`);
  process.exitCode = failure?.exitCode ?? ExitCode.USAGE;
}
