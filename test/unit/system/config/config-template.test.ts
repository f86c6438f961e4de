import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { resolveRestartPolicy } from '../../../../src/lifecycle/restart-policy.ts';
import { completeConfig } from '../../../../src/system/config/config-schema.ts';
import { CONFIG_TEMPLATE } from '../../../../src/system/config/config-template.ts';
import { SETTINGS } from '../../../../src/system/config/setting-tree.ts';

/** Every value of the section says a default of its own, off or not. */
function uncommented(from: string, to: string): string {
  const [, rest = ''] = CONFIG_TEMPLATE.split(from);
  const [section = ''] = rest.split(to);
  return section.replaceAll(/^( *)# /gm, '$1');
}

describe('CONFIG_TEMPLATE', () => {
  it('means the defaults, value by value', () => {
    const given = parse(CONFIG_TEMPLATE) as Record<string, Record<string, unknown>>;
    expect(given['risk']).toBeNull();
    const { risk: _, workers, ...rest } = given;
    const { restart, run, ...others } = workers ?? {};
    expect([restart, run]).toEqual([null, null]);
    const defaults = completeConfig({});
    const { restart: _restart, run: _run, ...usual } = defaults.workers;
    const { risk: _risk, workers: _workers, ...all } = defaults;
    expect(rest).toEqual(all);
    expect(others).toEqual(usual);
  });

  it('has every setting by its name', () => {
    const names = SETTINGS.map(({ path }) => path.at(-1) as string);
    const missing = names.filter((name) => !new RegExp(`\\b${name}: `).test(CONFIG_TEMPLATE));
    expect(missing.filter((name) => name !== 'run')).toEqual([]);
  });

  it('says the defaults of restarts', () => {
    const lines = uncommented('  restart:\n', '  # Workers that are made').split('\n');
    const settings = lines.filter((line) => /^ +\w+: \S+$/.test(line)).join('\n');
    expect(parse(settings)).toEqual(resolveRestartPolicy());
  });
});
