/** A line of a worker's log: its strategy's own, or one of the host about it. */
export interface WorkerLogLine {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
}

/** The lines in a part of a log file that ends with a line end. */
export function parseLogLines(text: string): WorkerLogLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseLine(line) ?? { at: 0, level: 'warn', message: line });
}

/** Undefined for a line that is not whole, as where the disk was full. */
function parseLine(line: string): WorkerLogLine | undefined {
  try {
    const parsed = JSON.parse(line) as Partial<WorkerLogLine> | null;
    const { at, level, message } = parsed ?? {};
    const whole =
      typeof at === 'number' && typeof level === 'string' && typeof message === 'string';
    return whole ? (parsed as WorkerLogLine) : undefined;
  } catch {
    return undefined;
  }
}
