import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import { IllegalTransitionError } from '../../../src/lifecycle/errors.ts';
import { StateMachine, type Transition } from '../../../src/lifecycle/state-machine.ts';
import { TRANSITIONS, WORKER_STATES } from '../../../src/lifecycle/worker-state.ts';

const PAIRS = WORKER_STATES.flatMap((from) => WORKER_STATES.map((to) => [from, to] as const));
const ILLEGAL = PAIRS.filter(([from, to]) => !TRANSITIONS[from].includes(to));
const LEGAL = PAIRS.filter(([from, to]) => TRANSITIONS[from].includes(to));

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

describe('StateMachine', () => {
  it('begins in INITIALIZING', () => {
    expect(new StateMachine().state).toBe('initializing');
  });

  it('begins where it is told to', () => {
    expect(new StateMachine({ initial: 'paused' }).state).toBe('paused');
  });

  it.each(LEGAL)('moves from %s to %s', (from, to) => {
    const machine = new StateMachine({ initial: from });
    machine.transition(to, 'test');
    expect(machine.state).toBe(to);
  });

  it.each(ILLEGAL)('throws from, to and trigger for %s -> %s', (from, to) => {
    const machine = new StateMachine({ initial: from });
    expect(thrownBy(() => machine.transition(to, 'a test'))).toMatchObject({
      name: 'IllegalTransitionError',
      code: 'ILLEGAL_TRANSITION',
      facts: { from, to, trigger: 'a test' },
    });
  });

  it.each(ILLEGAL)('changes nothing for %s -> %s', (from, to) => {
    const machine = new StateMachine({ initial: from });
    const told: Transition[] = [];
    machine.onTransition((transition) => told.push(transition));
    thrownBy(() => machine.transition(to, 'a test'));
    expect([machine.state, machine.revision, machine.history, told]).toEqual([from, 0, [], []]);
  });

  it('says in words what would be legal', () => {
    const machine = new StateMachine({ initial: 'stopped' });
    expect(() => machine.transition('running', 'resume')).toThrow(
      "a worker can't go from stopped to running (resume): from stopped it can go to starting, restarting",
    );
  });

  it('knows what it can do without doing it', () => {
    const machine = new StateMachine();
    expect([machine.can('initialized'), machine.can('running'), machine.state]).toEqual([
      true,
      false,
      'initializing',
    ]);
  });

  it('returns the move, with the time of its clock', () => {
    const machine = new StateMachine({ clock: new ManualClock(1_234) });
    expect(machine.transition('initialized', 'onInit is done')).toEqual({
      revision: 1,
      from: 'initializing',
      to: 'initialized',
      trigger: 'onInit is done',
      at: 1_234,
    });
  });

  it('takes a time that it is given', () => {
    expect(new StateMachine().transition('initialized', 'test', 7).at).toBe(7);
  });
});

describe('the history', () => {
  it('has the moves, oldest first', () => {
    const machine = new StateMachine();
    machine.transition('initialized', 'one');
    machine.transition('starting', 'two');
    expect(machine.history.map(({ to, trigger }) => [to, trigger])).toEqual([
      ['initialized', 'one'],
      ['starting', 'two'],
    ]);
  });

  it('forgets the oldest past its limit', () => {
    const machine = new StateMachine({ initial: 'running', historyLimit: 3 });
    for (let round = 0; round < 5; round += 1) {
      machine.transition('paused', 'pause');
      machine.transition('running', 'resume');
    }
    expect(machine.history.map(({ revision }) => revision)).toEqual([8, 9, 10]);
  });

  it('is read as far back as is asked for', () => {
    const machine = new StateMachine();
    machine.transition('initialized', 'one');
    machine.transition('starting', 'two');
    expect(machine.lastMoves(1).map(({ trigger }) => trigger)).toEqual(['two']);
    expect(machine.lastMoves()).toEqual(machine.history);
  });

  it('does not change afterwards in the hands of whoever read it', () => {
    const machine = new StateMachine({ initial: 'running' });
    const before = machine.history;
    machine.transition('paused', 'pause');
    expect(before).toEqual([]);
  });
});

describe('handlers', () => {
  it('are told each move after it was made', () => {
    const machine = new StateMachine({ initial: 'running' });
    const seen: unknown[] = [];
    machine.onTransition(({ from, to }) => seen.push([from, to, machine.state]));
    machine.transition('paused', 'pause');
    expect(seen).toEqual([['running', 'paused', 'paused']]);
  });

  it('are no longer told once taken away', () => {
    const machine = new StateMachine({ initial: 'running' });
    const seen: Transition[] = [];
    const remove = machine.onTransition((transition) => seen.push(transition));
    remove();
    machine.transition('paused', 'pause');
    expect(seen).toEqual([]);
  });

  it('are all told even if one throws', () => {
    const machine = new StateMachine({ initial: 'running' });
    const seen: string[] = [];
    machine.onTransition(() => {
      throw new Error('first');
    });
    machine.onTransition(({ to }) => seen.push(to));
    thrownBy(() => machine.transition('paused', 'pause'));
    expect(seen).toEqual(['paused']);
  });

  it('that throw do not undo the move', () => {
    const machine = new StateMachine({ initial: 'running' });
    machine.onTransition(() => {
      throw new Error('no');
    });
    thrownBy(() => machine.transition('paused', 'pause'));
    expect([machine.state, machine.revision]).toEqual(['paused', 1]);
  });

  it('that throw go to whoever takes that, and the move is made', () => {
    const taken: unknown[] = [];
    const machine = new StateMachine({
      initial: 'running',
      onHandlerError: (thrown) => taken.push(thrown),
    });
    machine.onTransition(() => {
      throw new Error('no');
    });
    expect(machine.transition('paused', 'pause').to).toBe('paused');
    expect(taken.map(String)).toEqual(['Error: no']);
  });

  it('that throw are gathered in one error', () => {
    const machine = new StateMachine({ initial: 'running' });
    for (const what of ['first', 'second']) {
      machine.onTransition(() => {
        throw new Error(what);
      });
    }
    const thrown = thrownBy(() => machine.transition('paused', 'pause')) as AggregateError;
    expect(thrown.errors.map(String)).toEqual(['Error: first', 'Error: second']);
  });
});

describe('random walks', () => {
  // 200 walks of 5,000 attempts: a million in all.
  const WALKS = 200;
  const STEPS = 5_000;

  it('never leave the table, and count exactly the moves made', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(...WORKER_STATES), (seed, initial) => {
        const random = seededRandom(seed);
        const machine = new StateMachine({ initial, clock: new ManualClock(), historyLimit: 10 });
        let told = 0;
        machine.onTransition(() => {
          told += 1;
        });
        let state = initial;
        let moves = 0;
        let broken = '';
        for (let step = 0; step < STEPS; step += 1) {
          const to = WORKER_STATES[Math.floor(random() * WORKER_STATES.length)] ?? 'error';
          // Making and catching an error is slow: most illegal moves are only asked about.
          if (TRANSITIONS[state].includes(to)) {
            machine.transition(to, 'walk');
            state = to;
            moves += 1;
          } else if (machine.can(to)) {
            broken = `${state} -> ${to} was allowed`;
          } else if (step % 50 === 0) {
            const thrown = thrownBy(() => machine.transition(to, 'walk'));
            if (!(thrown instanceof IllegalTransitionError)) broken = `${state} -> ${to} was made`;
          }
          if (machine.state !== state || machine.revision !== moves) broken = `lost at ${step}`;
        }
        expect([broken, told]).toEqual(['', moves]);
      }),
      { numRuns: WALKS },
    );
  });

  it('leave a history whose moves join up', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, steps) => {
        const random = seededRandom(seed);
        const machine = new StateMachine({ historyLimit: 50 });
        for (let step = 0; step < steps; step += 1) {
          const legal = TRANSITIONS[machine.state];
          machine.transition(legal[Math.floor(random() * legal.length)] ?? 'error', 'walk');
        }
        const { history } = machine;
        expect(history).toHaveLength(Math.min(steps, 50));
        expect(history.at(-1)?.to).toBe(machine.state);
        history.slice(1).forEach((move, index) => {
          expect([move.from, move.revision]).toEqual([
            history[index]?.to,
            (history[index]?.revision ?? 0) + 1,
          ]);
        });
      }),
      { numRuns: 50 },
    );
  });
});
