import { StringDecoder } from 'node:string_decoder';
import type { LogLevel } from '../base/logger.ts';

/** Text without a line end that is kept while waiting for one, characters. */
const MAX_PARTIAL_CHARS = 8_192;

/**
 * Makes lines of the log of what the strategy (or a package of its) writes to stdout and stderr. The
 * file behind both is left to what Node itself writes when it dies.
 */
export function captureConsole(log: (level: LogLevel, message: string) => void): void {
  capture(process.stdout, (line) => log('info', line));
  capture(process.stderr, (line) => log('warn', line));
}

function capture(stream: NodeJS.WriteStream, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let partial = '';
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const lines = (
      partial + (typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk)))
    ).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (partial.length > MAX_PARTIAL_CHARS) {
      onLine(partial);
      partial = '';
    }
    const done = rest.at(-1);
    if (typeof done === 'function') queueMicrotask(() => (done as () => void)());
    return true;
  };
  stream.write = write as typeof stream.write;
}
