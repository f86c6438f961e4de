// npm run chaos -- orders ..., answers ...: see orders/main.mjs and orders/answers.mjs
// npm run chaos -- [adopt] [--kills N] [--seed N] [--workers N] [--rate N] [--weights kind=N,...] [--transport NAME] [--json] [--keep yes]
//
// Kills workers and their host in every way there is, at random moments, and looks whether anything was
// lost, doubled, misnamed or left behind. `adopt` kills the host only. Exit code 1 if an event or a state
// was lost, something was left behind, or the measuring itself failed; any other missed aim is data.
import { randomInt } from 'node:crypto';
import { seededRandom } from '../../dist/base/random.js';
import { oneOf, readOptions, UsageError, whole } from '../support/options.mjs';
import { transportOption } from '../support/peers.mjs';
import { print } from '../support/report.mjs';
import { Conductor } from './conductor.mjs';
import { answersOptions, chaosAnswers } from './orders/answers.mjs';
import { chaosOrders, ordersOptions } from './orders/main.mjs';
import { reportOf } from './report.mjs';
import { play } from './running.mjs';
import { KINDS, scheduleOf, weightsOf } from './schedule.mjs';

const FAILURES = ['eventsLost', 'statesLost', 'orphans', 'notBack'];

const weightsOption = {
  otherwise: {},
  parse: (given, name) =>
    Object.fromEntries(
      given.split(',').map((part) => {
        const [kind, weight] = part.split('=');
        if (Object.hasOwn(KINDS, kind) && /^\d+$/.test(weight)) return [kind, Number(weight)];
        const example = Object.keys(KINDS).map((one) => `${one}=1`);
        throw new UsageError(`--${name} ${JSON.stringify(part)}: expected ${example.join(',')}`);
      }),
    ),
};

function optionsOf(args) {
  const adopt = args[0] === 'adopt';
  const options = readOptions(adopt ? args.slice(1) : args, {
    kills: whole(adopt ? 200 : 1_000),
    seed: whole(randomInt(2 ** 32 - 1), 0),
    workers: whole(10),
    rate: whole(800, 4),
    weights: weightsOption,
    transport: transportOption,
    keep: oneOf(['yes', 'no'], 'no'),
  });
  const onlyHost = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, 0]));
  const weights = adopt ? { ...onlyHost, 'kill-host': 1 } : weightsOf(options.weights);
  if (!Object.values(weights).some((weight) => weight > 0))
    throw new UsageError('--weights: at least one must be above 0');
  return { ...options, adopt, weights };
}

function measure(options) {
  const { kills, workers, rate, weights, seed, transport, keep } = options;
  const schedule = scheduleOf({ kills, workers, weights, random: seededRandom(seed) });
  return play(schedule, {
    conductorOf: (place) => new Conductor({ ...place, workers, rate, transport }),
    judge: (facts) => reportOf(options, facts),
    keeps: () => keep === 'yes',
  });
}

/** What else is broken on purpose, each with options of its own. */
const OTHERS = {
  powercut: () => import('../journal/powercut.mjs'),
  'io-errors': () => import('../journal/io-errors.mjs'),
  'journal-damage': () => import('../journal/damage.mjs'),
};

async function runOther([name, ...args]) {
  const { run } = await OTHERS[name]();
  try {
    await run(args);
  } catch (thrown) {
    if (!(thrown instanceof UsageError)) throw thrown;
    process.stderr.write(`chaos ${name}: ${thrown.message}\n`);
    process.exitCode = 2;
  }
  process.exit();
}

if (Object.hasOwn(OTHERS, process.argv[2])) await runOther(process.argv.slice(2));

/** What is to be run: a function, and whether one of the aims that its report missed is a failure. */
function runOf([mode, ...rest]) {
  if (mode === 'orders') {
    const options = ordersOptions(rest);
    return { options, run: () => chaosOrders(options), isFailure: () => true };
  }
  if (mode === 'answers') {
    const options = answersOptions(rest);
    return { options, run: () => chaosAnswers(options), isFailure: () => true };
  }
  const options = optionsOf(process.argv.slice(2));
  process.stderr.write(`chaos: ${options.kills} kills, seed ${options.seed}\n`);
  return { options, run: () => measure(options), isFailure: ({ name }) => FAILURES.includes(name) };
}

let chosen;
try {
  chosen = runOf(process.argv.slice(2));
} catch (thrown) {
  if (!(thrown instanceof UsageError)) throw thrown;
  process.stderr.write(`chaos: ${thrown.message}\n`);
  process.exit(2);
}
const report = await chosen.run();
print(report, chosen.options.json);
process.exitCode = report.aims.some((one) => !one.holds && chosen.isFailure(one)) ? 1 : 0;
