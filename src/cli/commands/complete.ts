import type { Command, Option } from 'commander';
import { connect } from '../api/connection.ts';

/** A person waits for it. For an answer, milliseconds. */
const LIMIT_MS = 1_000;
const MAX_IDS = 1_000;

/** Arguments that are ids of workers, and of strategies. */
const WORKER_ARGUMENTS: readonly string[] = ['worker'];
const STRATEGY_COMMANDS: readonly string[] = ['create', 'strategies'];

/** What may stand in the place of the last word, of what begins as it does. */
export async function complete(
  program: Command,
  words: readonly string[],
): Promise<readonly string[]> {
  const current = words.at(-1) ?? '';
  const { command, rest } = commandOf(program, words.slice(0, -1));
  const candidates = await candidatesOf(command, rest, current);
  return candidates.filter((candidate) => candidate.startsWith(current));
}

/** The command that the words name, and the words behind it. */
function commandOf(
  program: Command,
  words: readonly string[],
): { command: Command; rest: readonly string[] } {
  let command = program;
  for (const [index, word] of words.entries()) {
    const next = command.commands.find((other) => other.name() === word);
    if (next === undefined) return { command, rest: words.slice(index) };
    command = next;
  }
  return { command, rest: [] };
}

async function candidatesOf(
  command: Command,
  rest: readonly string[],
  current: string,
): Promise<readonly string[]> {
  const option = optionOf(command, rest.at(-1));
  if (option !== undefined) return valuesOf(option);
  if (current.startsWith('-')) {
    const options = command.options.filter(({ hidden }) => !hidden);
    return [...options.flatMap(({ long }) => long ?? []), '--help'];
  }
  if (command.commands.length > 0) {
    // One that begins with an underscore is for completion itself.
    return command.commands.map((other) => other.name()).filter((name) => !name.startsWith('_'));
  }
  const place = argumentsIn(command, rest);
  const argument = command.registeredArguments[place] ?? command.registeredArguments.at(-1);
  if (argument === undefined) return [];
  const isOver = place >= command.registeredArguments.length && !argument.variadic;
  if (isOver) return [];
  if (argument.argChoices !== undefined) return argument.argChoices;
  if (WORKER_ARGUMENTS.includes(argument.name())) return workerIds();
  if (argument.name() === 'strategy' && STRATEGY_COMMANDS.includes(command.name())) {
    return strategyNames();
  }
  return [];
}

/** The option that waits for its value. */
function optionOf(command: Command, word: string | undefined): Option | undefined {
  return command.options.find(
    ({ long, short, required }) => required && word !== undefined && [long, short].includes(word),
  );
}

async function valuesOf({ argChoices, long }: Option): Promise<readonly string[]> {
  if (argChoices !== undefined) return argChoices;
  if (long === '--worker') return workerIds();
  if (long !== '--scope') return [];
  return ['all', 'account', ...(await workerIds()).map((id) => `strategy:${id}`)];
}

/** How many arguments stand there already, options and their values not counted. */
function argumentsIn(command: Command, words: readonly string[]): number {
  return words.filter(
    (word, index) => !word.startsWith('-') && optionOf(command, words[index - 1]) === undefined,
  ).length;
}

async function workerIds(): Promise<readonly string[]> {
  return quietly(async () => {
    const query = { limit: MAX_IDS };
    const { items } = await connect({}, LIMIT_MS).client.call('listWorkers', { query });
    return items.map(({ id }) => id);
  });
}

async function strategyNames(): Promise<readonly string[]> {
  return quietly(async () => {
    const { items } = await connect({}, LIMIT_MS).client.call('listStrategies');
    return items.map(({ name }) => name);
  });
}

/** Without a server there is nothing to be completed, and nothing to be said on the line that is being typed. */
async function quietly(ask: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await ask();
  } catch {
    return [];
  }
}
