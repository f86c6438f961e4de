import { Job } from '../../system/job.ts';
import { equitySparkline, type RunFigures } from '../../system/performance.ts';
import type { JobSummary, StrategySummary } from '../../system/job-summary.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { performanceLines } from '../performance-lines.ts';
import { readRunOptions, type RunFlags } from '../run-options.ts';
import { formatCount, formatDuration } from '../terminal/format.ts';
import { LiveBlock } from '../terminal/live-block.ts';
import { renderProgress } from '../terminal/progress.ts';
import { renderTable } from '../terminal/table.ts';

const DRAW_EVERY_MS = 200;

/** `quantcell run`: strategies over data that has an end. Returns the exit code. */
export async function runCommand(
  strategies: readonly string[],
  flags: RunFlags,
  interruption: Interruption,
): Promise<number> {
  const quiet = flags.json === true;
  const block = new LiveBlock(process.stderr);
  const say = (line: string): void => {
    block.clear();
    process.stderr.write(`${line}\n`);
  };
  const job = new Job({
    ...readRunOptions(strategies, flags),
    onLog: (workerId, level, message) => {
      if (quiet || (flags.verbose !== true && level !== 'error' && level !== 'warn')) return;
      say(`${workerId} ${level}: ${message}`);
    },
  });
  // Progress goes to stderr, so that what is piped on is the result alone.
  const live = process.stderr.isTTY && !quiet;
  const draw = (): void => {
    block.draw(renderProgress(job));
  };
  const timer = live ? setInterval(draw, DRAW_EVERY_MS) : undefined;
  interruption.watch(job, say);
  try {
    const summary = await job.run();
    block.clear();
    process.stdout.write(
      quiet ? `${JSON.stringify(summary, null, 2)}\n` : `${renderSummary(summary, job.figures)}\n`,
    );
    if (summary.interrupted) return ExitCode.INTERRUPTED;
    return summary.ok ? ExitCode.OK : ExitCode.FAILED;
  } catch (thrown) {
    if (interruption.forced) return ExitCode.INTERRUPTED;
    throw thrown;
  } finally {
    interruption.done();
    clearInterval(timer);
    block.clear();
  }
}

function renderSummary(summary: JobSummary, figures: RunFigures | null): string {
  const { feed, timing, strategies } = summary;
  const span = feed.firstEvent === null ? '' : `, ${feed.firstEvent} to ${feed.lastEvent}`;
  const table = renderTable(
    [
      { title: 'WORKER' },
      { title: 'STRATEGY' },
      { title: 'SENT', align: 'right' },
      { title: 'DELIVERED', align: 'right' },
      { title: 'DROPPED', align: 'right' },
      { title: 'CALLBACKS', align: 'right' },
      { title: 'ERRORS', align: 'right' },
      { title: 'ENDED' },
    ],
    strategies.map((strategy) => [
      strategy.workerId,
      strategy.strategy,
      formatCount(strategy.eventsSent),
      formatCount(strategy.eventsDelivered),
      formatCount(strategy.eventsDropped),
      formatCount(strategy.callbacksRun),
      formatCount(strategy.errors),
      strategy.ended,
    ]),
  );
  const rate = `${formatDuration(timing.wallMs)}, ${formatCount(timing.eventsPerSecond)} deliveries/s`;
  return [
    `${feed.name}: ${formatCount(feed.events)} events${span}`,
    '',
    table,
    '',
    ...(figures === null ? [] : renderTrading(figures)),
    ...strategies.flatMap(renderReport),
    ...(summary.error === null
      ? []
      : [`the data ended early: ${summary.error.code}: ${summary.error.message}`]),
    `${verdict(summary)} in ${rate}`,
  ].join('\n');
}

/** Nothing for strategies that have not traded. */
function renderTrading({ strategies, total, curves }: RunFigures): string[] {
  if (total.fills === 0) return [];
  const equity = equitySparkline(curves.at(-1)?.samples ?? []);
  return [...performanceLines(strategies, total), '', ...equity, ''];
}

function renderReport({ workerId, report, lastError }: StrategySummary): string[] {
  const figures = Object.entries(report).map(([name, value]) => `${name}: ${renderValue(value)}`);
  return [
    ...(figures.length === 0 ? [] : [`${workerId} reports ${figures.join(', ')}`]),
    ...(lastError === null
      ? []
      : [`${workerId} last error: ${lastError.stack || lastError.message}`]),
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a strategy reports may be long; `--json` has all of it. */
const MAX_VALUE_CHARS = 200;

function renderValue(value: unknown): string {
  const text = textOf(value);
  return text.length <= MAX_VALUE_CHARS ? text : `${text.slice(0, MAX_VALUE_CHARS)}…`;
}

function verdict(summary: JobSummary): string {
  if (summary.interrupted) return 'interrupted';
  return summary.ok ? 'done' : 'failed';
}
