import type { Key } from '../../i18n/en.ts';
import { listOf, recordOf, textOf, type Draft } from './draft.ts';
import type { ArrayField, FormField, NumberField, ObjectField, StringField } from './form-field.ts';

/** A place in a form that is wrong. */
export interface FormFault {
  /** Names and numbers on the way to it, joined by dots: `levels.0.size`. */
  readonly path: string;
  readonly key: Extract<Key, `form.wrong.${string}`>;
  readonly parts: Readonly<Record<string, string | number>>;
}

export interface Reading {
  /** Undefined for a value that is not given. */
  readonly value: unknown;
  readonly faults: readonly FormFault[];
}

type WrongKey = FormFault['key'];
const NOT_GIVEN: Reading = { value: undefined, faults: [] };

/** The value that a draft means, and what is wrong with it. The server checks again, and more. */
export function readDraft(
  field: FormField,
  draft: Draft | undefined,
  isRequired: boolean,
  path = '',
): Reading {
  if (field.kind === 'object') return readObject(field, draft, isRequired, path);
  if (field.kind === 'array') return readArray(field, draft, isRequired, path);
  const text = textOf(draft);
  const mayBeEmpty = field.kind === 'string' && (isRequired || field.otherwise === '');
  if (text === '' && !mayBeEmpty) {
    return isRequired ? wrong(path, 'form.wrong.required') : NOT_GIVEN;
  }
  switch (field.kind) {
    case 'string':
      return readString(field, text, path);
    case 'number':
      return readNumber(field, text.trim(), path);
    case 'boolean':
      return { value: text === 'true', faults: [] };
    case 'enum':
      return { value: JSON.parse(text) as unknown, faults: [] };
    case 'json':
      return readJson(text, path);
  }
}

function readString(field: StringField, text: string, path: string): Reading {
  const { minLength, maxLength, pattern } = field;
  if (minLength !== null && text.length < minLength) {
    return wrong(path, 'form.wrong.short', { min: minLength });
  }
  if (maxLength !== null && text.length > maxLength) {
    return wrong(path, 'form.wrong.long', { max: maxLength });
  }
  if (pattern !== null && !fits(text, pattern)) {
    return wrong(path, 'form.wrong.pattern', { pattern });
  }
  return { value: text, faults: [] };
}

function readNumber(field: NumberField, text: string, path: string): Reading {
  const { isInteger, min, max, above, below, step } = field;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isFinite(value)) return wrong(path, 'form.wrong.number', { value: text });
  if (isInteger && !Number.isSafeInteger(value)) {
    return wrong(path, 'form.wrong.integer', { value: text });
  }
  if (min !== null && value < min) return wrong(path, 'form.wrong.min', { min });
  if (max !== null && value > max) return wrong(path, 'form.wrong.max', { max });
  if (above !== null && value <= above) return wrong(path, 'form.wrong.above', { min: above });
  if (below !== null && value >= below) return wrong(path, 'form.wrong.below', { max: below });
  if (step !== null && !isMultiple(value, step)) {
    return wrong(path, 'form.wrong.multiple', { step });
  }
  return { value, faults: [] };
}

function readJson(text: string, path: string): Reading {
  try {
    return { value: JSON.parse(text) as unknown, faults: [] };
  } catch (thrown) {
    return wrong(path, 'form.wrong.json', { reason: (thrown as Error).message });
  }
}

function readArray(
  field: ArrayField,
  draft: Draft | undefined,
  isRequired: boolean,
  path: string,
): Reading {
  const items = listOf(draft);
  const { minItems, maxItems, otherwise } = field;
  if (items.length === 0 && !isRequired && otherwise === undefined) return NOT_GIVEN;
  if (minItems !== null && items.length < minItems) {
    return wrong(path, 'form.wrong.few', { min: minItems });
  }
  if (maxItems !== null && items.length > maxItems) {
    return wrong(path, 'form.wrong.many', { max: maxItems });
  }
  const readings = items.map((item, at) => readDraft(field.item, item, true, joined(path, at)));
  return {
    value: readings.map(({ value }) => value),
    faults: readings.flatMap(({ faults }) => faults),
  };
}

function readObject(
  field: ObjectField,
  draft: Draft | undefined,
  isRequired: boolean,
  path: string,
): Reading {
  const record = recordOf(draft);
  const readings = field.entries.map(
    ({ name, isRequired, field: inner }) =>
      [name, readDraft(inner, record[name], isRequired, joined(path, name))] as const,
  );
  const given = readings.filter(([, { value }]) => value !== undefined);
  // What needs not be there and has nothing in it was left out on purpose.
  if (!isRequired && given.length === 0 && isEmpty(record)) return NOT_GIVEN;
  return {
    value: Object.fromEntries(given.map(([name, { value }]) => [name, value])),
    faults: readings.flatMap(([, { faults }]) => faults),
  };
}

function isEmpty(draft: Draft): boolean {
  if (typeof draft === 'string') return draft === '';
  return Object.values(draft).every((inner: Draft) => isEmpty(inner));
}

export function joined(path: string, part: string | number): string {
  return path === '' ? String(part) : `${path}.${part}`;
}

function wrong(path: string, key: WrongKey, parts: FormFault['parts'] = {}): Reading {
  return { value: undefined, faults: [{ path, key, parts }] };
}

function fits(text: string, pattern: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    // A pattern of another dialect: the server knows it.
    return true;
  }
}

/** Steps such as 0.1 have no exact binary form: what is off by less than a rounding is a multiple. */
function isMultiple(value: number, step: number): boolean {
  const quotient = value / step;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}
