import { fileURLToPath } from 'node:url';
import { Demo, type DemoRow } from '../../system/demo.ts';
import { ExitCode } from '../exit-code.ts';
import type { Interruption } from '../interruption.ts';
import { formatCount, formatMegabytes, formatPrice } from '../terminal/format.ts';
import { LiveBlock } from '../terminal/live-block.ts';
import { renderTable } from '../terminal/table.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/', import.meta.url));

/** A terminal is redrawn twice a second; a pipe gets a line per worker less often. */
const DRAW_EVERY_MS = 500;
const PRINT_EVERY_MS = 2_000;

/** `quantcell demo`: three strategies on a synthetic market, until Ctrl-C. Returns the exit code. */
export async function demoCommand(
  flags: { readonly seed: number },
  interruption: Interruption,
): Promise<number> {
  const live = process.stdout.isTTY;
  const block = new LiveBlock(process.stdout);
  const say = (line: string): void => {
    block.clear();
    process.stdout.write(`${line}\n`);
  };
  const demo = new Demo({ examples: EXAMPLES, seed: flags.seed, onEvent: say });
  const interrupted = new Promise<void>((resolve) => {
    const running = {
      stop: resolve,
      kill: () => demo.kill(),
      get workersAlive() {
        return demo.workersAlive;
      },
      get stopLimitMs() {
        return demo.stopLimitMs;
      },
    };
    interruption.watch(running, (line) => process.stderr.write(`${line}\n`));
  });
  say(
    `QuantCell demo: three strategies, each in its own process, on a synthetic market (seed ${flags.seed}).`,
  );
  // A start that is interrupted fails once the demo is stopped, and nobody has to hear of that.
  await Promise.race([demo.start(), interrupted]);
  const show = (): void => {
    if (live) block.draw(renderRows(demo.rows()));
    else for (const row of demo.rows()) process.stdout.write(`${plainLine(row)}\n`);
  };
  if (!interruption.asked) {
    say('Press Ctrl-C to stop. Kill one of the processes to see it come back.');
    const timer = setInterval(show, live ? DRAW_EVERY_MS : PRINT_EVERY_MS);
    await interrupted;
    clearInterval(timer);
  }
  show();
  block.keep();
  process.stdout.write('stopping\n');
  await demo.stop();
  interruption.done();
  if (interruption.forced) return ExitCode.INTERRUPTED;
  process.stdout.write('stopped: no process and no socket is left\n');
  return ExitCode.OK;
}

function renderRows(rows: readonly DemoRow[]): string {
  return renderTable(
    [
      { title: 'WORKER' },
      { title: 'STATE' },
      { title: 'PID', align: 'right' },
      { title: 'MESSAGES', align: 'right' },
      { title: 'LAST PRICE', align: 'right' },
      { title: 'MEMORY', align: 'right' },
      { title: 'RESTARTS', align: 'right' },
      { title: 'REPORTS' },
    ],
    rows.map((row) => [
      row.workerId,
      row.state,
      row.pid === null ? '-' : String(row.pid),
      formatCount(row.messages),
      formatPrice(row.lastPrice),
      formatMegabytes(row.memoryBytes),
      String(row.restarts),
      figures(row),
    ]),
  );
}

function plainLine(row: DemoRow): string {
  const { workerId, state, pid, messages, lastPrice, memoryBytes, restarts } = row;
  return `${workerId} ${state} pid=${pid ?? '-'} messages=${messages} lastPrice=${formatPrice(lastPrice)} memory=${formatMegabytes(memoryBytes)} restarts=${restarts} ${figures(row)}`;
}

function figures({ report }: DemoRow): string {
  return Object.entries(report)
    .filter(([, value]) => typeof value !== 'object')
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
