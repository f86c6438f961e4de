import { Argument, type Command } from 'commander';
import { SHELLS, type Shell } from '../commands/completion.ts';

/** Completion of commands, options and ids in a shell. */
export function defineCompletion(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands, options and ids in a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action(async (shell: Shell) => {
      const { completionScript } = await import('../commands/completion.ts');
      process.stdout.write(completionScript(shell));
    });
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const { complete } = await import('../commands/complete.ts');
      const candidates = await complete(program, words);
      process.stdout.write(candidates.map((candidate) => `${candidate}\n`).join(''));
    });
}
