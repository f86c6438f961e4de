import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { StrategyBuilder } from '../../../src/host/strategy-builder.ts';

let directory: string;
let builder: StrategyBuilder;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  builder = new StrategyBuilder(directory);
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

describe('StrategyBuilder', () => {
  it('bundles a strategy with what it imports, a source map beside it', async () => {
    write('b.ts', 'export const name: string = "bundled in";');
    const path = write('a.ts', "import { name } from './b.ts';\nexport default { name };");
    const { modulePath, strategyPath } = await builder.build(path);

    expect(strategyPath).toBe(path);
    expect(readFileSync(modulePath, 'utf8')).toContain('bundled in');
    const map = JSON.parse(readFileSync(`${modulePath}.map`, 'utf8')) as { sources: string[] };
    expect(map.sources).toEqual(expect.arrayContaining(['b.ts', 'a.ts']));
  });

  it('gives the same result for what has not changed', async () => {
    const path = write('a.ts', 'export default { name: "a" };');

    expect(await builder.build(path)).toEqual(await builder.build(path));
  });

  it('names the result by its content', async () => {
    const path = write('a.ts', 'export default { name: "one" };');
    const one = await builder.build(path);
    write('a.ts', 'export default { name: "another" };');
    const other = await builder.build(path);
    write('a.ts', 'export default { name: "one" };');

    expect(other.modulePath).not.toBe(one.modulePath);
    expect((await builder.build(path)).modulePath).toBe(one.modulePath);
  });

  it('sees that a file which is imported has changed', async () => {
    write('b.ts', 'export const name = "one";');
    const path = write('a.ts', "export { name as default } from './b.ts';");
    const one = await builder.build(path);
    write('b.ts', 'export const name = "another";');

    expect((await builder.build(path)).modulePath).not.toBe(one.modulePath);
  });

  it('builds one file for several at once', async () => {
    const path = write('a.ts', 'export default { name: "a" };');
    const built = await Promise.all(Array.from({ length: 5 }, () => builder.build(path)));

    expect(new Set(built.map(({ modulePath }) => modulePath)).size).toBe(1);
  });

  it('refuses with file, line and column what does not compile', async () => {
    const path = write('a.ts', 'const one = 1;\nexport default {{ name };\n');

    await expect(builder.build(path)).rejects.toMatchObject({
      code: 'STRATEGY_COMPILE_FAILED',
      message: expect.stringContaining('a.ts:2:17: ') as string,
    });
  });

  it.each(['a.py', 'missing.ts', ''])('refuses %j, which is no strategy file', async (name) => {
    await expect(builder.build(join(directory, name))).rejects.toMatchObject({
      code: 'STRATEGY_NOT_FOUND',
    });
  });
});
