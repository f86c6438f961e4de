import { connect, type ConnectionFlags } from '../api/connection.ts';
import { listText, printAnswer, right, tableText } from '../api/print.ts';
import { ExitCode } from '../exit-code.ts';
import { formatCount, formatLocalTime } from '../terminal/format.ts';

/** `quantcell strategies`: all of them, or what one says of itself. */
export async function strategiesCommand(
  name: string | undefined,
  flags: ConnectionFlags,
): Promise<number> {
  const { client } = connect(flags);
  if (name === undefined) {
    const answer = await client.call('listStrategies');
    const columns = ['STRATEGY', 'FILE', right('BYTES'), 'CHANGED', 'VERSION', 'WORKERS'];
    const rows = answer.items.map((item) => [
      item.name,
      item.file,
      formatCount(item.sizeBytes),
      formatLocalTime(item.modifiedAt),
      item.version,
      item.workers.join(', '),
    ]);
    printAnswer(flags, answer, () => tableText(columns, rows, 'the strategies folder is empty'));
    return ExitCode.OK;
  }
  const answer = await client.call('getStrategy', { params: { name } });
  const { strategy, validation } = answer;
  const { description, faults, isValid } = validation;
  printAnswer(flags, answer, () =>
    listText([
      ['strategy', strategy.name],
      ['title', description?.title ?? '-'],
      ['file', strategy.file],
      ['changed', formatLocalTime(strategy.modifiedAt)],
      ['version', strategy.version],
      ['workers', strategy.workers.join(', ') || '-'],
      ['symbols', description?.symbols.join(', ') || '-'],
      ['data', description?.dataTypes.join(', ') || '-'],
      ['warm-up', description === null ? '-' : `${description.warmup} bars`],
      ['valid', isValid ? 'yes' : 'no'],
      ...faults.map(({ code, message }): [string, string] => ['fault', `${code}: ${message}`]),
    ]),
  );
  return isValid ? ExitCode.OK : ExitCode.FAILED;
}

/** Options of `quantcell alerts`. */
export interface AlertsFlags extends ConnectionFlags {
  readonly test?: boolean;
  readonly limit: number;
}

/** `quantcell alerts`: the last ones, or a test of the channels. */
export async function alertsCommand(flags: AlertsFlags): Promise<number> {
  const { client } = connect(flags);
  if (flags.test === true) {
    const answer = await client.call('testAlerts');
    const rows = answer.channels.map(({ name, isSent, reason }) => [
      name,
      isSent ? 'sent' : 'failed',
      reason ?? '',
    ]);
    const none = 'no channel is set up: see alerts in the configuration';
    printAnswer(flags, answer, () => tableText(['CHANNEL', 'RESULT', 'WHY'], rows, none));
    return answer.channels.every(({ isSent }) => isSent) ? ExitCode.OK : ExitCode.FAILED;
  }
  const answer = await client.call('listAlerts', { query: { limit: flags.limit } });
  const rows = answer.items
    .toReversed()
    .map(({ at, severity, kind, subject, title, count }) => [
      formatLocalTime(at),
      severity,
      kind,
      subject,
      count > 1 ? `${title} (${count} times)` : title,
    ]);
  const columns = ['WHEN', 'SEVERITY', 'KIND', 'ABOUT', 'WHAT'];
  printAnswer(flags, answer, () => tableText(columns, rows, 'no alerts'));
  return ExitCode.OK;
}

/** Options of `quantcell audit`. */
export interface AuditFlags extends ConnectionFlags {
  readonly verify?: boolean;
  readonly limit: number;
  readonly action?: string;
  readonly target?: string;
}

/** `quantcell audit`: who did what, or whether the log of that is whole. */
export async function auditCommand(flags: AuditFlags): Promise<number> {
  const { client } = connect(flags);
  if (flags.verify === true) {
    const answer = await client.call('verifyAudit');
    const { isWhole, count, firstBad, head } = answer;
    printAnswer(flags, answer, () =>
      isWhole
        ? `${count} entries, whole; the last has the hash ${head}`
        : `entry ${firstBad} is missing or was changed`,
    );
    return isWhole ? ExitCode.OK : ExitCode.FAILED;
  }
  const { limit, action, target } = flags;
  const answer = await client.call('listAudit', {
    query: {
      limit,
      ...(action !== undefined && { action }),
      ...(target !== undefined && { target }),
    },
  });
  const rows = answer.items
    .toReversed()
    .map((entry) => [
      String(entry.seq),
      formatLocalTime(entry.at),
      entry.name ?? '(nobody)',
      entry.action,
      entry.target ?? '-',
      entry.reason === null ? entry.result : `${entry.result}: ${entry.reason}`,
      entry.source,
    ]);
  const columns = [right('NO'), 'WHEN', 'WHO', 'WHAT', 'TO', 'RESULT', 'FROM'];
  printAnswer(flags, answer, () => tableText(columns, rows, 'nothing was done yet'));
  return ExitCode.OK;
}
