import type { z } from 'zod';
import { quote } from '../../base/errors.ts';
import { nearestNames } from '../../base/nearest.ts';
import { namesAt } from './setting-tree.ts';
import { formatPath, valueAt, type SettingPath } from './setting-path.ts';

/** A setting that is wrong, and why. */
export interface ConfigFault {
  readonly path: SettingPath;
  /** Says what is expected, and what is there. */
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

/** How a value is quoted: secrets are not. */
export type Quote = (path: SettingPath, value: unknown) => string;

/** Every way in which `data` does not keep to the schema; a name that nobody knows is a fault of its own. */
export function faultsOf(error: z.ZodError, data: unknown, quoted: Quote): readonly ConfigFault[] {
  return error.issues.flatMap((issue) => faultsOfIssue(issue, data, quoted));
}

function faultsOfIssue(issue: Issue, data: unknown, quoted: Quote): readonly ConfigFault[] {
  const path = issue.path as SettingPath;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownName(path, key) }));
  }
  const isDiscriminator = issue.code === 'invalid_union' && issue.discriminator !== undefined;
  const at =
    isDiscriminator && path.at(-1) !== issue.discriminator
      ? [...path, issue.discriminator as string]
      : path;
  const value = valueAt(data, at);
  const got = value === undefined ? 'nothing' : quoted(at, value);
  return [{ path: at, message: `expected ${expectationOf(issue)}; got ${got}` }];
}

function unknownName(parent: SettingPath, name: string): string {
  const known = namesAt(parent);
  const near = nearestNames(name, known, 1).filter((other) => other !== name);
  // One of another kind of the same section, such as that of an exchange in a synthetic market.
  if (known.includes(name)) return 'this does not go with what the section says otherwise';
  const where = parent.length === 0 ? 'at the top' : `in ${formatPath(parent)}`;
  if (near[0] !== undefined) return `no such setting; did you mean ${quote(near[0])}?`;
  return `no such setting; ${where} there may be ${known.join(', ')}`;
}

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? `a value of type ${issue.expected}`;
    case 'invalid_value':
      return oneOf(issue.values.map((value) => String(value)));
    case 'too_small':
      return `${sizeOf(issue.origin, issue.minimum)} at least`;
    case 'too_big':
      return `${sizeOf(issue.origin, issue.maximum)} at most`;
    case 'invalid_format':
      return issue.format === 'url' ? 'an address such as https://example.org/hook' : issue.message;
    case 'invalid_union':
      return issue.discriminator === undefined
        ? 'a decimal number from 0, such as "0.5"'
        : oneOf(discriminators(issue));
    default:
      return issue.message;
  }
}

function discriminators(issue: z.core.$ZodIssueInvalidUnion): readonly string[] {
  const options = (issue as { readonly options?: readonly unknown[] }).options ?? [];
  return options.map((option) => String(option));
}

function oneOf(values: readonly string[]): string {
  const texts = values.map((value) => quote(value));
  return texts.length === 1 ? (texts[0] as string) : `one of ${texts.join(', ')}`;
}

function sizeOf(origin: string, size: number | bigint): string {
  if (origin === 'string') return size === 1 ? '1 character' : `${size} characters`;
  if (origin === 'array') return size === 1 ? '1 entry' : `${size} entries`;
  return String(size);
}
