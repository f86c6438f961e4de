// What is killed, when, and what goes wrong meanwhile: all of it drawn from the seed beforehand.

/** Moments in the life of an order in which the host ends itself, and how many microseconds after it at most. */
export const POINTS = {
  'before-journal': { step: 'before-journal', afterUs: 0 },
  // The commit is a write and a sync of the disk, in the same turn.
  'in-commit': { step: 'before-journal', afterUs: 4_000 },
  'after-journal': { step: 'after-journal', afterUs: 0 },
  'after-send': { step: 'after-send', afterUs: 0 },
  // The request leaves some milliseconds after it was handed over, and is answered after some more.
  'on-the-wire': { step: 'after-send', afterUs: 12_000 },
  'after-answer': { step: 'after-answer', afterUs: 0 },
  'after-answer-journal': { step: 'after-answer-journal', afterUs: 0 },
  'before-cancel': { step: 'before-cancel', afterUs: 0 },
  'cancel-on-the-wire': { step: 'before-cancel', afterUs: 12_000 },
  'after-cancel': { step: 'after-cancel', afterUs: 0 },
  'before-modify': { step: 'before-modify', afterUs: 0 },
  'modify-on-the-wire': { step: 'before-modify', afterUs: 12_000 },
  'after-modify': { step: 'after-modify', afterUs: 0 },
};

/** Ways to end something, with their share. */
const KINDS = { 'kill-worker': 45, 'kill-host': 25, point: 30 };

const REST_MS = [100, 900];
/** The host ends itself the nth time that it gets to a point. */
const NTH = [1, 6];
const FAULTS_SHARE = 0.4;
const FREEZE_SHARE = 0.12;
const FREEZE_MS = [50, 1_500];
const CUT_SHARE = 0.08;
const HALT_SHARE = 0.06;
const HALT_MS = [200, 800];
const FLATTEN_SHARE = 0.08;
/** It is on the disk by then, and under way for some seconds. */
const FLATTEN_LEAD_MS = [100, 1_500];
/** Hosts that would not leave their workers behind alive. */
const NO_SURVIVAL_SHARE = 0.25;

/** Faults of the exchange, each at a rate of its own; none in most rounds of most kinds. */
export function faultsOf(random, most = 0.25) {
  const faults = {};
  const add = (kind, share, rule, highest = most) => {
    const strikes = random() < share;
    const rate = Math.round(random() * highest * 100) / 100;
    if (strikes && rate > 0) faults[kind] = { rate, ...rule };
  };
  add('drop-answer', 0.4, { on: random() < 0.5 ? 'order' : 'any' });
  add('error-before', 0.3, { on: 'any' }, most / 2);
  add('error-after', 0.3, { on: random() < 0.5 ? 'order' : 'cancel' });
  add('no-answer', 0.1, { on: random() < 0.5 ? 'order' : 'cancel' });
  add('reject', 0.3);
  add('delay', 0.4, { ms: 20 + Math.floor(random() * 180), on: 'any' });
  add('partial-fills', 0.4, { pieces: 2 + Math.floor(random() * 3) });
  // Trading is closed after each, until all is compared.
  add('cut-sockets', 0.1, {}, most / 5);
  add('lose-event', 0.3);
  add('duplicate-event', 0.4);
  add('reorder-events', 0.4);
  add('delay-events', 0.3, { ms: 20 + Math.floor(random() * 300) });
  if (random() < 0.1) faults.maintenance = { ms: 100 + Math.floor(random() * 900) };
  return faults;
}

export function scheduleOf({ kills, perPoint, workers, random }) {
  const names = Object.keys(POINTS);
  const kinds = Array.from({ length: kills }, () => ({ kind: draw(random), point: null }));
  const points = names.flatMap((point) =>
    Array.from({ length: perPoint }, () => ({ kind: 'point', point })),
  );
  return shuffled([...kinds, ...points], random).map(({ kind, point }) => {
    const worker = `chaos-${between(random, [1, workers])}`;
    const name = point ?? names[between(random, [0, names.length - 1])];
    const scopes = ['all', `strategy:${worker}`];
    const halt = chance(random, HALT_SHARE, () => ({
      scope: scopes[random() < 0.6 ? 0 : 1],
      ms: between(random, HALT_MS),
    }));
    const flatten = chance(random, FLATTEN_SHARE, () => ({
      scope: scopes[random() < 0.5 ? 0 : 1],
      leadMs: between(random, FLATTEN_LEAD_MS),
    }));
    const afterUs = Math.floor(random() * POINTS[name].afterUs);
    return {
      kind,
      worker: kind === 'kill-worker' ? worker : null,
      point: kind === 'point' ? name : null,
      nth: between(random, NTH),
      afterUs,
      restMs: between(random, REST_MS),
      faults: chance(random, FAULTS_SHARE, () => faultsOf(random)) ?? {},
      freezeMs: chance(random, FREEZE_SHARE, () => between(random, FREEZE_MS)),
      cut: random() < CUT_SHARE,
      halt,
      // One after the other: a halt ends a flatten.
      flatten: halt === null ? flatten : null,
      survive: random() >= NO_SURVIVAL_SHARE,
    };
  });
}

function between(random, [least, most]) {
  return least + Math.floor(random() * (most - least + 1));
}

function chance(random, share, make) {
  const strikes = random() < share;
  const made = make();
  return strikes ? made : null;
}

function draw(random) {
  const total = Object.values(KINDS).reduce((sum, weight) => sum + weight, 0);
  let left = random() * total;
  for (const [kind, weight] of Object.entries(KINDS)) {
    left -= weight;
    if (left < 0) return kind;
  }
  return 'kill-worker';
}

function shuffled(list, random) {
  const all = [...list];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = between(random, [0, last]);
    [all[last], all[other]] = [all[other], all[last]];
  }
  return all;
}
