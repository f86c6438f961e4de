import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { messageOf, quote } from '../../base/errors.ts';
import { ConfigDocument } from './config-document.ts';
import { faultsOf, type ConfigFault } from './config-fault.ts';
import { faultsOfMeaning } from './config-meaning.ts';
import { configSchema, type ServiceConfig, type ServiceConfigInput } from './config-schema.ts';
import { applyOverrides, fillIn, overridesOf, type Environment } from './config-variables.ts';
import { ConfigError } from './errors.ts';
import { formatPath, isMapping, valueAt, type SettingPath } from './setting-path.ts';
import { isKnown, takesNull } from './setting-tree.ts';

export interface ConfigSource {
  /** A YAML file; null for the defaults alone. */
  readonly path: string | null;
  readonly env: Environment;
  /** In place of a file. @default nothing, and so the defaults */
  readonly embedded?: ServiceConfigInput;
}

export interface LoadedConfig {
  readonly config: ServiceConfig;
  /** What works and should be otherwise, each as a sentence. */
  readonly warnings: readonly string[];
}

/** Larger ones are something else. */
const MAX_BYTES = 1_048_576;
const READABLE_BY_OTHERS = 0o044;

/** Better not in a file that others can read. */
const SECRETS = ['alerts.webhook.secret', 'alerts.telegram.botToken', 'alerts.email.password'];
/** Never quoted. The address of a webhook is one itself with some services. */
const UNQUOTED = [...SECRETS, 'alerts.webhook.url'];

/**
 * The configuration of a file and of the environment, whole and checked.
 *
 * @throws {ConfigError} code `CONFIG_UNREADABLE`; code `CONFIG_INVALID`, with each fault and its place
 */
export function loadConfig({ path, env, embedded = {} }: ConfigSource): LoadedConfig {
  const { text, mode } = path === null ? { text: '', mode: 0 } : readFile(path);
  const document = new ConfigDocument(text);
  const overrides = overridesOf(env);
  const filled = fillIn(withoutEmpty(document.data), env);
  const data = applyOverrides(filled.data ?? structuredClone(embedded), overrides.given);
  const isHidden = (at: SettingPath): boolean => {
    const name = formatPath(at);
    return UNQUOTED.includes(name) || filled.filled.some((other) => formatPath(other) === name);
  };
  const checked = configSchema.safeParse(data);
  const quoted = (at: SettingPath, value: unknown): string =>
    isHidden(at) ? 'a value that is not shown' : quote(value);
  const faults: ConfigFault[] = [...filled.faults];
  // Of a text that is no YAML nothing else can be said.
  if (document.faults.length === 0) {
    if (!checked.success) faults.push(...faultsOf(checked.error, data, quoted));
    faults.push(...faultsOfMeaning(data));
  }
  const where = (at: SettingPath): string => {
    const variable = overrides.given.find((other) => beginsWith(at, other.path))?.variable;
    if (variable !== undefined) return `${variable}: `;
    if (path === null) return '';
    const { line, column } = document.positionOf(at);
    return `${path}:${line}:${column}: `;
  };
  const lines = [
    ...document.faults.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`),
    ...overrides.faults,
    ...faults.map((fault) => `${where(fault.path)}${nameOf(fault.path)}: ${fault.message}`),
  ];
  if (!checked.success || lines.length > 0) throw invalid(lines, path);
  return {
    config: checked.data as ServiceConfig,
    warnings: [...overrides.warnings, ...secretWarnings(path, mode, document.data)],
  };
}

function readFile(path: string): { text: string; mode: number } {
  const unreadable = (why: string): ConfigError =>
    new ConfigError('CONFIG_UNREADABLE', `the configuration ${path} can't be read: ${why}`, {
      path,
    });
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (thrown) {
    const isMissing = (thrown as NodeJS.ErrnoException).code === 'ENOENT';
    throw unreadable(
      isMissing ? 'there is no such file; quantcell init writes one' : messageOf(thrown),
    );
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw unreadable('it is no regular file');
    if (facts.size > MAX_BYTES) {
      throw unreadable(`it has ${facts.size} bytes, at most ${MAX_BYTES}`);
    }
    return { text: readFileSync(file, 'utf8'), mode: facts.mode };
  } finally {
    closeSync(file);
  }
}

/** A name without a value is left out, as is a section of which every line is a comment. */
function withoutEmpty(data: unknown, path: SettingPath = []): unknown {
  if (Array.isArray(data)) return data.map((entry, index) => withoutEmpty(entry, [...path, index]));
  if (!isMapping(data)) return data;
  const entries = Object.entries(data).filter(
    ([name, value]) => value !== null || !isLeftOut([...path, name]),
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [name, withoutEmpty(value, [...path, name])]),
  );
}

function isLeftOut(path: SettingPath): boolean {
  return isKnown(path) && !takesNull(path);
}

function nameOf(path: SettingPath): string {
  return path.length === 0 ? 'the configuration' : formatPath(path);
}

function beginsWith(path: SettingPath, start: SettingPath): boolean {
  return start.every((part, index) => path[index] === part);
}

function invalid(lines: readonly string[], path: string | null): ConfigError {
  const message =
    lines.length === 1
      ? `the configuration is not valid: ${lines[0]}`
      : `the configuration has ${lines.length} faults:\n${lines.map((line) => `  ${line}`).join('\n')}`;
  return new ConfigError('CONFIG_INVALID', message, { path, faults: lines });
}

function secretWarnings(path: string | null, mode: number, data: unknown): readonly string[] {
  if (path === null || (mode & READABLE_BY_OTHERS) === 0) return [];
  const literal = SECRETS.filter((name) => {
    const value = valueAt(data, name.split('.'));
    return typeof value === 'string' && !value.includes('${');
  });
  if (literal.length === 0) return [];
  const octal = (mode & 0o777).toString(8).padStart(4, '0');
  return [
    `${path} holds ${literal.join(', ')} and can be read by others (mode ${octal}): chmod 600 ${basename(path)}, or write \${NAME} and keep the secret in the environment`,
  ];
}
