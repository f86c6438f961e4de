import type { FormField } from './form-field.ts';
import { isRecord } from './json-schema.ts';

/**
 * What somebody has typed so far. Numbers, enumerations and JSON are text until they are read; an empty text is
 * a value that is not given.
 */
export type Draft = string | readonly Draft[] | { readonly [name: string]: Draft };

/** Text of a yes, a no; empty for neither. */
export const YES = 'true';
export const NO = 'false';

/**
 * The draft of a value; where it is undefined, that of the field's default, so that it is seen and can be
 * changed.
 */
export function draftOf(field: FormField, value: unknown): Draft {
  const given = value === undefined ? field.otherwise : value;
  switch (field.kind) {
    case 'string':
      return typeof given === 'string' ? given : '';
    case 'number':
      return typeof given === 'number' ? String(given) : '';
    case 'boolean':
      return typeof given === 'boolean' ? String(given) : '';
    case 'enum':
      return given === undefined ? '' : JSON.stringify(given);
    case 'json':
      return given === undefined ? '' : JSON.stringify(given, null, 2);
    case 'array':
      return Array.isArray(given) ? given.map((item) => draftOf(field.item, item)) : [];
    case 'object': {
      const record = isRecord(given) ? given : {};
      return Object.fromEntries(
        field.entries.map(({ name, field: inner }) => [name, draftOf(inner, record[name])]),
      );
    }
  }
}

export function textOf(draft: Draft | undefined): string {
  return typeof draft === 'string' ? draft : '';
}

export function listOf(draft: Draft | undefined): readonly Draft[] {
  return Array.isArray(draft) ? (draft as readonly Draft[]) : [];
}

export function recordOf(draft: Draft | undefined): Readonly<Record<string, Draft>> {
  return isRecord(draft) ? (draft as Readonly<Record<string, Draft>>) : {};
}
