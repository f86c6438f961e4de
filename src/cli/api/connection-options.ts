import type { Command } from 'commander';

/** The options of every command that speaks to a server; `--home` unless the command has one of its own. */
export function withConnection(command: Command): Command {
  command
    .option('--url <address>', 'of the server (default: QUANTCELL_URL, else http://127.0.0.1:7411)')
    .option('--token-file <file>', 'that holds the token (default: QUANTCELL_TOKEN, else the home)')
    .option('--json', 'print one JSON document and nothing else on stdout');
  if (command.options.some(({ long }) => long === '--home')) return command;
  return command.option(
    '--home <directory>',
    'whose admin-token is taken (default: QUANTCELL_HOME, else ~/.quantcell)',
  );
}
