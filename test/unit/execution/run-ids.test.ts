import { describe, expect, it } from 'vitest';
import { RunIds } from '../../../src/execution/run-ids.ts';

function setUp() {
  const kept = new Map<string, string>();
  const ids = (): RunIds =>
    new RunIds((name, value) => {
      kept.set(name, value);
      return Promise.resolve();
    });
  return { kept, ids };
}

describe('RunIds', () => {
  it('makes a space of four lower-case letters and digits once, and keeps it', async () => {
    const { kept, ids } = setUp();
    await ids().restore(kept, undefined);
    const space = kept.get('id-space') ?? '';
    expect(space).toMatch(/^[a-z0-9]{4}$/);
    const next = ids();
    await next.restore(kept, 'other');
    expect(next.next()).toMatch(new RegExp(`^${space}R`));
  });

  it('takes the space that it is given if there is none', async () => {
    const { kept, ids } = setUp();
    const one = ids();
    await one.restore(kept, 'home1');
    expect(one.next()).toBe('home1R1N1');
    expect(one.next()).toBe('home1R1N2');
  });

  it('never gives a prefix twice, over restarts either', async () => {
    const { kept, ids } = setUp();
    const prefixes: string[] = [];
    for (let process = 0; process < 20; process += 1) {
      const one = ids();
      await one.restore(kept, 'a');
      prefixes.push(one.next().replace(/N.*/, 'N'), await one.beginRun(), await one.beginRun());
    }
    expect(new Set(prefixes).size).toBe(60);
    expect(prefixes.at(-1)).toBe(`aR${(60).toString(36)}N`);
  });

  it('gives no prefix out before it is written down', async () => {
    let write = (): void => undefined;
    let written = false;
    const ids = new RunIds(async () => {
      await new Promise<void>((resolve) => (write = resolve));
      written = true;
    });
    const prefix = ids.beginRun();
    const first = await Promise.race([prefix, Promise.resolve('not yet')]);
    expect(first).toBe('not yet');
    write();
    await prefix;
    expect(written).toBe(true);
  });

  it('never gives out the number of a run that could not be written', async () => {
    let broken = true;
    const ids = new RunIds(() => (broken ? Promise.reject(new Error('EIO')) : Promise.resolve()));
    await expect(ids.beginRun()).rejects.toThrow('EIO');
    broken = false;
    expect(await ids.beginRun()).toBe('R2N');
  });
});
