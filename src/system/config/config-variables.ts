import { parse } from 'yaml';
import { messageOf, quote } from '../../base/errors.ts';
import { nearestNames } from '../../base/nearest.ts';
import { isSecretVariable } from '../../base/secret-variables.ts';
import { isMapping, type SettingPath } from './setting-path.ts';
import { SETTINGS, type Setting } from './setting-tree.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'QUANTCELL_';

/** Variables that say something else than a setting. */
const OTHERS: ReadonlySet<string> = new Set([
  `${PREFIX}HOME`,
  `${PREFIX}URL`,
  `${PREFIX}TOKEN`,
  // Marks the processes of a run of chaos.
  `${PREFIX}CHAOS`,
]);

/** A setting that a variable of the environment gives. */
export interface Override {
  readonly variable: string;
  readonly path: SettingPath;
  readonly value: unknown;
}

export interface Overrides {
  readonly given: readonly Override[];
  /** What is wrong with variables, each as a sentence. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

const SETTING_OF: ReadonlyMap<string, Setting> = new Map(
  SETTINGS.map((setting) => [variableOf(setting.path), setting]),
);
const VARIABLES = [...SETTING_OF.keys()];
const SECTIONS: ReadonlySet<string> = new Set(SETTINGS.map(({ path }) => wordsOf(path[0] ?? '')));

/** The variable of a setting: `server.allowedHosts` has `QUANTCELL_SERVER_ALLOWED_HOSTS`. */
function variableOf(path: readonly string[]): string {
  return PREFIX + path.map((name) => wordsOf(name)).join('_');
}

/** The settings in the environment. A variable that looks like one and is none is a fault. */
export function overridesOf(env: Environment): Overrides {
  const given: Override[] = [];
  const faults: string[] = [];
  const warnings: string[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith(PREFIX) || text === undefined) continue;
    const setting = SETTING_OF.get(variable);
    if (setting === undefined) {
      if (isOther(variable)) continue;
      const meant = meantBy(variable);
      if (meant !== undefined) faults.push(`${variable} is no setting; ${meant}`);
      else warnings.push(`the variable ${variable} says nothing to QuantCell`);
      continue;
    }
    try {
      given.push({ variable, path: setting.path, value: valueOf(setting, text) });
    } catch (thrown) {
      faults.push(`${variable}: the value is no YAML: ${messageOf(thrown).split('\n', 1)[0]}`);
    }
  }
  return { given, faults, warnings };
}

/** Puts the overrides in their places; a mapping that is missing is made. */
export function applyOverrides(data: unknown, given: readonly Override[]): unknown {
  const root = isMapping(data) || given.length === 0 ? data : {};
  for (const { path, value } of given) {
    let mapping = root as Record<string, unknown>;
    for (const name of path.slice(0, -1)) {
      const next = mapping[name];
      mapping = (isMapping(next) ? next : (mapping[name] = {})) as Record<string, unknown>;
    }
    mapping[String(path.at(-1))] = value;
  }
  return root;
}

/** A text stays one: a password of digits is no number, and an amount keeps its digits. */
function valueOf({ schema }: Setting, text: string): unknown {
  const parsed: unknown = parse(text, { schema: 'core' });
  if (parsed === null) return null;
  return schema.safeParse(text).success ? text : parsed;
}

function isOther(variable: string): boolean {
  return (
    OTHERS.has(variable) || isSecretVariable(variable) || variable.startsWith('QUANTCELL_TEST_')
  );
}

/** A hint if the variable may have been meant to be a setting. */
function meantBy(variable: string): string | undefined {
  const rest = variable.slice(PREFIX.length);
  const ending = VARIABLES.filter((name) => name.endsWith(`_${rest}`));
  const near = nearestNames(variable, VARIABLES, 1);
  const candidate = near[0] ?? (ending.length === 1 ? ending[0] : undefined);
  if (candidate !== undefined) return `did you mean ${candidate}?`;
  const section = [...SECTIONS].find((name) => rest === name || rest.startsWith(`${name}_`));
  if (section === undefined) return undefined;
  const siblings = VARIABLES.filter((name) => name.startsWith(`${PREFIX}${section}_`));
  return `expected one of ${siblings.join(', ')}`;
}

/** `allowedHosts` as `ALLOWED_HOSTS`. */
function wordsOf(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}

const REFERENCE = /(\$?)\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** What `${NAME}` in texts stands for. */
export interface Filled {
  readonly data: unknown;
  /** Texts that hold something of the environment, which is nobody's business. */
  readonly filled: readonly SettingPath[];
  readonly faults: readonly { readonly path: SettingPath; readonly message: string }[];
}

/** Puts variables in the place of `${NAME}`; `$${NAME}` stays as `${NAME}`. */
export function fillIn(data: unknown, env: Environment): Filled {
  const filled: SettingPath[] = [];
  const faults: { path: SettingPath; message: string }[] = [];
  const fill = (value: unknown, path: SettingPath): unknown => {
    if (Array.isArray(value)) return value.map((entry, index) => fill(entry, [...path, index]));
    if (isMapping(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([name, entry]) => [name, fill(entry, [...path, name])]),
      );
    }
    if (typeof value !== 'string') return value;
    return value.replaceAll(REFERENCE, (text, escape: string, name: string) => {
      if (escape !== '') return text.slice(1);
      const found = env[name];
      if (found === undefined || found === '') {
        const message = `the environment has no variable ${name}: set it, or write $${quote(text).slice(1, -1)} for the text itself`;
        faults.push({ path, message });
        return '';
      }
      filled.push(path);
      return found;
    });
  };
  return { data: fill(data, []), filled, faults };
}
