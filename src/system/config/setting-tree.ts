import { z } from 'zod';
import { configSchema } from './config-schema.ts';
import type { SettingPath } from './setting-path.ts';

/** A setting that holds a value of its own. */
export interface Setting {
  readonly path: readonly string[];
  readonly schema: z.ZodType;
}

/** Every setting that has a name of its own, those of optional sections included; lists and tables are one setting. */
export const SETTINGS: readonly Setting[] = leavesOf(configSchema, []);

/** The names that may stand in the mapping at a path; none if it is no mapping of fixed names. */
export function namesAt(path: SettingPath): readonly string[] {
  return [...new Set(schemasAt(path).flatMap((schema) => Object.keys(shapesOf(schema))))];
}

/** Whether there is such a setting. */
export function isKnown(path: SettingPath): boolean {
  return schemasAt(path).length > 0;
}

/** Whether a setting may be null. */
export function takesNull(path: SettingPath): boolean {
  return schemasAt(path).some((schema) => schema.safeParse(null).success);
}

function schemasAt(path: SettingPath): readonly z.ZodType[] {
  let schemas: readonly z.ZodType[] = [configSchema];
  for (const part of path) schemas = schemas.flatMap((schema) => childOf(schema, part));
  return schemas;
}

function leavesOf(schema: z.ZodType, path: readonly string[]): Setting[] {
  const entries = Object.entries(shapesOf(schema));
  if (entries.length === 0) return [{ path, schema }];
  return entries.flatMap(([name, child]) => leavesOf(child, [...path, name]));
}

/** Members of a mapping of fixed names; those of all kinds where it may be one of several. */
function shapesOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const bare = withoutWrappers(schema);
  if (bare instanceof z.ZodObject) return bare.shape as Record<string, z.ZodType>;
  if (!(bare instanceof z.ZodDiscriminatedUnion)) return {};
  const shapes = (bare.options as z.ZodType[]).map((option) => shapesOf(option));
  return Object.assign({}, ...shapes) as Record<string, z.ZodType>;
}

function childOf(schema: z.ZodType, part: string | number): readonly z.ZodType[] {
  const bare = withoutWrappers(schema);
  if (bare instanceof z.ZodArray) return [bare.element as z.ZodType];
  if (bare instanceof z.ZodRecord) return [bare.valueType as z.ZodType];
  const child = shapesOf(bare)[part];
  return child === undefined ? [] : [child];
}

function withoutWrappers(schema: z.ZodType): z.ZodType {
  let bare = schema;
  while (
    bare instanceof z.ZodDefault ||
    bare instanceof z.ZodPrefault ||
    bare instanceof z.ZodNullable ||
    bare instanceof z.ZodOptional
  ) {
    bare = bare.unwrap() as z.ZodType;
  }
  return bare;
}
