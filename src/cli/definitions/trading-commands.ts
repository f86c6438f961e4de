import { Option, type Command } from 'commander';
import type { ConnectionFlags } from '../api/connection.ts';
import { withConnection } from '../api/connection-options.ts';
import type { SwitchFlags } from '../commands/kill-switch.ts';
import type { CancelFlags, FillsFlags, OrdersFlags } from '../commands/orders.ts';
import { positiveNumber } from '../number-arguments.ts';

const SCOPE = 'all, account or strategy:ID';

/** Commands for the orders of a server. */
export function defineTradingCommands(program: Command): void {
  defineOrders(program);
  defineFills(program);
  defineCancel(program);
  defineSwitches(program);
}

function defineOrders(program: Command): void {
  withConnection(
    program
      .command('orders')
      .description('list orders, newest first')
      .argument('[worker]', 'of this worker')
      .addOption(new Option('--open', 'that are open').conflicts('denied'))
      .option(
        '--denied',
        'what was asked for and not let out, with the rule, since the server was started',
      )
      .option('--symbol <symbol>', 'of this symbol')
      .option('-n, --limit <number>', 'how many at most', positiveNumber, 100),
  ).action(async (worker: string | undefined, flags: OrdersFlags) => {
    const { ordersCommand } = await import('../commands/orders.ts');
    process.exitCode = await ordersCommand(worker, flags);
  });
  withConnection(
    program
      .command('positions')
      .description('list what is held')
      .argument('[worker]', 'by this worker'),
  ).action(async (worker: string | undefined, flags: ConnectionFlags) => {
    const { positionsCommand } = await import('../commands/orders.ts');
    process.exitCode = await positionsCommand(worker, flags);
  });
}

function defineFills(program: Command): void {
  withConnection(
    program
      .command('fills')
      .description('list what was traded, oldest first')
      .argument('[worker]', 'by this worker')
      .option('--since <time>', 'such as 2026-01-31T09:00:00Z, or milliseconds since 1970')
      .option('-n, --limit <number>', 'how many at most', positiveNumber, 100),
  ).action(async (worker: string | undefined, flags: FillsFlags) => {
    const { fillsCommand } = await import('../commands/orders.ts');
    process.exitCode = await fillsCommand(worker, flags);
  });
}

function defineCancel(program: Command): void {
  withConnection(
    program
      .command('cancel')
      .description('cancel orders')
      .argument('[order...]', 'their client order ids')
      .option('--worker <id>', 'all that are open of this worker')
      .option('--symbol <symbol>', 'all that are open of this symbol')
      .option('--all', 'all that are open'),
  ).action(async (orders: string[], flags: CancelFlags) => {
    const { cancelCommand } = await import('../commands/orders.ts');
    process.exitCode = await cancelCommand(orders, flags);
  });
}

function defineSwitches(program: Command): void {
  const withScope = (command: Command): Command =>
    withConnection(
      command
        .option('--scope <scope>', SCOPE, 'all')
        .option('--reason <text>', 'for the audit log and for those who look'),
    );
  withScope(
    program
      .command('halt')
      .description('let no more orders leave, at once; cancels pass')
      .option('--reduce-only', 'but those that make positions smaller'),
  ).action(async (flags: SwitchFlags) => {
    const { haltCommand } = await import('../commands/kill-switch.ts');
    process.exitCode = await haltCommand(flags);
  });
  withScope(
    program
      .command('flatten')
      .description('cancel all orders, close all positions, and halt')
      .option('--yes', 'do not ask'),
  ).action(async (flags: SwitchFlags) => {
    const { flattenCommand } = await import('../commands/kill-switch.ts');
    process.exitCode = await flattenCommand(flags);
  });
  withScope(
    program.command('resume-trading').description('lift a halt').option('--yes', 'do not ask'),
  ).action(async (flags: SwitchFlags) => {
    const { resumeTradingCommand } = await import('../commands/kill-switch.ts');
    process.exitCode = await resumeTradingCommand(flags);
  });
}
