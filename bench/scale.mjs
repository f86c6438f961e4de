// Whether a delivery costs the same however many symbols there are, and however many workers there are
// that do not want it. Cost is CPU time of all processes of the product for each delivered event.
//
//     npm run bench -- scale [--symbols 10,100,1000] [--workers 16] [--events 100000] [--runs 5] [--json]
//       [--transport auto|shared-memory|zeromq]
//
// Two series: every worker wants all of so many symbols; and a quarter of the workers want the events
// while others, none to three quarters of all, want a symbol that is silent. `scaleSpread` is (most - least) /
// median of the costs of a series, the larger of the two. Exit code 1 if an event was lost.
import { withContenders } from './support/contender.mjs';
import { positive, readOptions, whole, wholes } from './support/options.mjs';
import { transportOption } from './support/peers.mjs';
import { aim, machine, median, print } from './support/report.mjs';
import { interleave, mediansOf, progressOf, rounded } from './support/rounds.mjs';
import { symbolsOf } from './support/bars.mjs';

const BURST = 256;
const SILENT_SYMBOL = 'SILENT/USDT';
const FIGURES = ['cpuUsPerDelivery', 'wallUsPerDelivery'];

export async function run(args) {
  const options = readOptions(args, {
    symbols: wholes([10, 100, 1_000]),
    workers: whole(16, 2),
    events: whole(100_000),
    runs: whole(5),
    'timeout-seconds': positive(120),
    transport: transportOption,
  });
  const results = await withContenders((open) => measureAll(open, options));
  const { bySymbols, byBystanders, transport } = results;
  const spreads = {
    symbols: spreadOf(Object.values(bySymbols)),
    bystanders: spreadOf(Object.values(byBystanders)),
  };
  const lost = [...Object.values(bySymbols), ...Object.values(byBystanders)].reduce(
    (sum, one) => sum + Math.abs(one.lost) + one.wrongSums,
    0,
  );
  const { workers, events, runs } = options;
  print(
    {
      name: 'scale',
      machine: machine(),
      seed: null,
      aims: [
        aim('scaleSpread', '<=', 0.2, Math.max(spreads.symbols, spreads.bystanders), 'ratio'),
        aim('lost', '==', 0, lost, 'events'),
      ],
      results: rounded({ transport, workers, events, runs, spreads, bySymbols, byBystanders }),
    },
    options.json,
  );
  if (lost > 0) process.exitCode = 1;
}

async function measureAll(open, options) {
  const { workers, transport, runs } = options;
  const progress = progressOf(options.json);
  const caring = Math.max(1, Math.floor(workers / 4));
  const [fewest] = options.symbols;
  const cases = [
    ...options.symbols.map((symbols) => ({
      series: 'symbols',
      value: symbols,
      symbols,
      events: options.events,
      readers: Array.from({ length: workers }, () => symbolsOf(symbols)),
    })),
    ...bystanderCounts(workers - caring).map((bystanders) => ({
      series: 'bystanders',
      value: bystanders,
      symbols: fewest,
      // As many deliveries as above.
      events: Math.ceil((options.events * workers) / caring),
      readers: [
        ...Array.from({ length: caring }, () => symbolsOf(fewest)),
        ...Array.from({ length: bystanders }, () => [SILENT_SYMBOL]),
      ],
    })),
  ].map((one) => ({ ...one, name: `${one.value} ${one.series}` }));
  progress(`${cases.length} cases: starting`);
  for (const one of cases) {
    const { symbols, readers } = one;
    const product = { workers: readers.length, symbols, readers, transport, lossless: true };
    one.contender = await open('quantcell', product);
  }
  const failures = new Map();
  const measure = async (one) => {
    const figures = await measureOnce(one, options);
    progress(`${one.name}: ${figures.cpuUsPerDelivery.toFixed(3)} us of CPU a delivery`);
    return figures;
  };
  await interleave(cases, 1, measure, failures);
  const measured = await interleave(cases, runs, measure, failures);
  for (const [name, why] of failures) throw new Error(`${name}: ${why}`);
  const seriesOf = (series) =>
    Object.fromEntries(
      [...measured]
        .filter(([one]) => one.series === series)
        .map(([one, entries]) => [one.value, summary(entries)]),
    );
  return {
    transport: cases[0].contender.transport,
    bySymbols: seriesOf('symbols'),
    byBystanders: seriesOf('bystanders'),
  };
}

/** None, half and all of them. */
function bystanderCounts(most) {
  return [...new Set([0, Math.floor(most / 2), most])];
}

async function measureOnce({ contender, events }, options) {
  const plan = await contender.ask('beginFanout', { events, burst: BURST });
  const cpuBefore = contender.cpuSeconds();
  const { beganAtMs } = await contender.ask('fanout', {
    withinMs: options['timeout-seconds'] * 1_000,
  });
  const cpu = contender.cpuSeconds() - cpuBefore;
  const figures = await contender.ask('figures');
  const deliveries = plan.expectations.reduce((sum, { count }) => sum + count, 0);
  const processed = figures.reduce((sum, { count }) => sum + count, 0);
  // A bystander is done with nothing at no time.
  const doneAtMs = Math.max(...figures.map((one) => one.doneAtMs ?? 0));
  return {
    cpuUsPerDelivery: (cpu / processed) * 1e6,
    wallUsPerDelivery: ((doneAtMs - beganAtMs) * 1_000) / processed,
    lost: deliveries - processed,
    wrong: figures.filter(({ sum }, index) => sum !== plan.expectations[index].sum).length,
  };
}

function summary(entries) {
  return {
    ...mediansOf(entries, FIGURES),
    lost: entries.reduce((sum, { lost }) => sum + lost, 0),
    wrongSums: entries.reduce((sum, { wrong }) => sum + wrong, 0),
  };
}

function spreadOf(entries) {
  const costs = entries.map(({ cpuUsPerDelivery }) => cpuUsPerDelivery);
  return (Math.max(...costs) - Math.min(...costs)) / median(costs);
}
