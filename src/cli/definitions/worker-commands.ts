import { Option, type Command } from 'commander';
import type { WorkerAction } from '../../api/contract/worker-routes.ts';
import type { ConnectionFlags } from '../api/connection.ts';
import { withConnection } from '../api/connection-options.ts';
import type { BatchFlags } from '../commands/lifecycle.ts';
import type { CreateFlags, PsFlags } from '../commands/workers.ts';
import { wholeNumber } from '../number-arguments.ts';

/** What each command of the life of a worker says of itself. */
const LIFECYCLE: Readonly<Record<WorkerAction, string>> = {
  start: 'start workers that do not run; lifts a quarantine',
  stop: 'stop workers, by force if need be',
  restart: 'stop workers and start them anew from their files',
  pause: 'give workers no more market data; they may only make positions smaller',
  resume: 'give paused workers market data again',
  reload: "put the strategies' files as they are now in force, without a gap",
};

/** Commands for the workers of a server. */
export function defineWorkerCommands(program: Command): void {
  definePs(program);
  defineStatus(program);
  for (const action of Object.keys(LIFECYCLE) as WorkerAction[]) defineLifecycle(program, action);
  defineBatch(program);
  defineParams(program);
  defineMaking(program);
}

function definePs(program: Command): void {
  withConnection(
    program
      .command('ps')
      .description('list the workers of a server')
      .option('--state <list>', 'in these states, separated by commas')
      .option('--strategy <name>', 'of this strategy')
      .option('--symbol <symbol>', 'that get this symbol')
      .option('--search <text>', 'with this in the id or the strategy')
      .addOption(
        new Option('--sort <by>', 'what the order goes by').choices([
          'id',
          'state',
          'eventsPerSecond',
          'lagMs',
          'memoryBytes',
          'restartCount',
        ]),
      )
      .option('--descending', 'the largest first'),
  ).action(async (flags: PsFlags) => {
    const { psCommand } = await import('../commands/workers.ts');
    process.exitCode = await psCommand(flags);
  });
}

function defineStatus(program: Command): void {
  withConnection(
    program
      .command('status')
      .description('show a worker: state, health, figures, how its processes ended')
      .argument('<worker>', 'its id'),
  ).action(async (id: string, flags: ConnectionFlags) => {
    const { statusCommand } = await import('../commands/workers.ts');
    process.exitCode = await statusCommand(id, flags);
  });
}

function defineLifecycle(program: Command, action: WorkerAction): void {
  withConnection(
    program.command(action).description(LIFECYCLE[action]).argument('<worker...>', 'their ids'),
  ).action(async (ids: string[], flags: ConnectionFlags) => {
    const { lifecycleCommand } = await import('../commands/lifecycle.ts');
    process.exitCode = await lifecycleCommand(action, ids, flags);
  });
}

function defineBatch(program: Command): void {
  withConnection(
    program
      .command('batch')
      .description('do the same with many workers')
      .argument('<action>', 'start, stop, restart, pause, resume, reload or delete')
      .argument('[worker...]', 'their ids')
      .option('--all', 'all workers')
      .option('--state <list>', 'those in these states, separated by commas')
      .option('--yes', 'to delete: do not ask'),
  ).action(async (action: string, ids: string[], flags: BatchFlags) => {
    const { batchCommand } = await import('../commands/lifecycle.ts');
    process.exitCode = await batchCommand(action, ids, flags);
  });
}

function defineParams(program: Command): void {
  withConnection(
    program
      .command('params')
      .description("show a worker's parameters, or change those that are given")
      .argument('<worker>', 'its id')
      .argument('[assignment...]', 'such as n1=10; values are JSON, else text')
      .option('--set <json>', 'all of them anew, such as \'{"n1":10}\''),
  ).action(async (id: string, assignments: string[], flags: ConnectionFlags & { set?: string }) => {
    const { paramsCommand } = await import('../commands/workers.ts');
    process.exitCode = await paramsCommand(id, assignments, flags);
  });
}

function defineMaking(program: Command): void {
  withConnection(
    program
      .command('create')
      .description('make a worker of a strategy, and start it')
      .argument('<strategy>', 'its name in the strategies folder')
      .option('--id <id>', 'of the worker (default: made of the name and a number)')
      .option('--symbols <list>', 'separated by commas')
      .option('--data-types <list>', 'separated by commas, such as kline,trade')
      .option('--timeframe <span>', 'of its bars, such as 5m')
      .option('--params <json>', 'such as \'{"n1":10}\'')
      .option('--warmup <bars>', 'of the past before it begins', wholeNumber)
      .option('--when-down <what>', 'with its orders: hold, cancel or flatten')
      .option('--no-start', 'do not start it'),
  ).action(async (strategy: string, flags: CreateFlags) => {
    const { createCommand } = await import('../commands/workers.ts');
    process.exitCode = await createCommand(strategy, flags);
  });
  withConnection(
    program
      .command('clone')
      .description('make another worker like one, which is not started')
      .argument('<worker>', 'which one')
      .argument('[id]', 'of the new one (default: made of the id and a number)'),
  ).action(async (id: string, newId: string | undefined, flags: ConnectionFlags) => {
    const { cloneCommand } = await import('../commands/workers.ts');
    process.exitCode = await cloneCommand(id, newId, flags);
  });
  withConnection(
    program
      .command('delete')
      .description('forget a worker that does not run, with its log and its state')
      .argument('<worker>', 'its id')
      .option('--yes', 'do not ask'),
  ).action(async (id: string, flags: ConnectionFlags & { yes?: boolean }) => {
    const { deleteCommand } = await import('../commands/workers.ts');
    process.exitCode = await deleteCommand(id, flags);
  });
}
