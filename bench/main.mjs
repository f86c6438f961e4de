// npm run bench -- NAME [options] [--json]
import { UsageError } from './support/options.mjs';

const NAMES = ['start', 'fanout', 'latency', 'scale', 'slow', 'torn', 'orders', 'api'];

const [name, ...args] = process.argv.slice(2);
if (!NAMES.includes(name)) {
  process.stderr.write(
    `bench: ${JSON.stringify(name ?? '')} is not a benchmark: expected ${NAMES.join(', ')}\n`,
  );
  process.exit(2);
}
const { run } = await import(`./${name}.mjs`);
try {
  await run(args);
} catch (thrown) {
  if (!(thrown instanceof UsageError)) throw thrown;
  process.stderr.write(`bench ${name}: ${thrown.message}\n`);
  process.exitCode = 2;
}
