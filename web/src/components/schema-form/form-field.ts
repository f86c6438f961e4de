import { isRecord, resolveSchema, type JsonSchema } from './json-schema.ts';

interface Common {
  readonly title: string | null;
  readonly description: string | null;
  /** What holds where nothing is given; undefined if the schema says nothing. */
  readonly otherwise: unknown;
}

export interface StringField extends Common {
  readonly kind: 'string';
  readonly minLength: number | null;
  readonly maxLength: number | null;
  readonly pattern: string | null;
}

export interface NumberField extends Common {
  readonly kind: 'number';
  readonly isInteger: boolean;
  readonly min: number | null;
  readonly max: number | null;
  /** Bounds that are themselves too small or too large. */
  readonly above: number | null;
  readonly below: number | null;
  readonly step: number | null;
}

export interface BooleanField extends Common {
  readonly kind: 'boolean';
}

export interface EnumField extends Common {
  readonly kind: 'enum';
  readonly options: readonly unknown[];
}

export interface ArrayField extends Common {
  readonly kind: 'array';
  readonly item: FormField;
  readonly minItems: number | null;
  readonly maxItems: number | null;
}

export interface ObjectField extends Common {
  readonly kind: 'object';
  readonly entries: readonly {
    readonly name: string;
    readonly isRequired: boolean;
    readonly field: FormField;
  }[];
}

/** What no control is made for, such as a choice between shapes: it is written as JSON. */
export interface JsonField extends Common {
  readonly kind: 'json';
}

export type FormField =
  | StringField
  | NumberField
  | BooleanField
  | EnumField
  | ArrayField
  | ObjectField
  | JsonField;

/** Shapes may hold themselves: deeper than this they are written as JSON. */
const MAX_DEPTH = 6;

/** The field that a schema asks for. */
export function fieldOf(schema: JsonSchema, root: JsonSchema = schema, depth = 0): FormField {
  const plain = resolveSchema(schema, root);
  const common: Common = {
    title: plain.title ?? null,
    description: plain.description ?? null,
    otherwise: plain.default,
  };
  if (depth > MAX_DEPTH) return { kind: 'json', ...common };
  if ('const' in plain) return { kind: 'enum', options: [plain.const], ...common };
  if (plain.enum !== undefined) return { kind: 'enum', options: plain.enum, ...common };
  const branches = plain.anyOf ?? plain.oneOf;
  if (branches !== undefined) return choiceOf(branches, root, common);
  switch (plain.type) {
    case 'string':
      return {
        kind: 'string',
        minLength: plain.minLength ?? null,
        maxLength: plain.maxLength ?? null,
        pattern: plain.pattern ?? null,
        ...common,
      };
    case 'number':
    case 'integer':
      return numberOf(plain, common);
    case 'boolean':
      return { kind: 'boolean', ...common };
    case 'array':
      return arrayOf(plain, root, common, depth);
    case 'object':
      return objectOf(plain, root, common, depth);
    default:
      return { kind: 'json', ...common };
  }
}

/** Constants alone are a choice among them; everything else is more than a control can show. */
function choiceOf(branches: readonly JsonSchema[], root: JsonSchema, common: Common): FormField {
  const options = branches.flatMap((branch) => {
    const plain = resolveSchema(branch, root);
    if ('const' in plain) return [plain.const];
    if (plain.enum !== undefined) return plain.enum;
    return plain.type === 'null' ? [null] : [undefined];
  });
  return options.includes(undefined)
    ? { kind: 'json', ...common }
    : { kind: 'enum', options, ...common };
}

function numberOf(plain: JsonSchema, common: Common): NumberField {
  const isInteger = plain.type === 'integer';
  return {
    kind: 'number',
    isInteger,
    min: bound(plain.minimum, isInteger),
    max: bound(plain.maximum, isInteger),
    above: plain.exclusiveMinimum ?? null,
    below: plain.exclusiveMaximum ?? null,
    step: plain.multipleOf ?? null,
    ...common,
  };
}

/** Schemas of integers name the largest safe ones, which tell nobody anything. */
function bound(value: number | undefined, isInteger: boolean): number | null {
  if (value === undefined) return null;
  return isInteger && Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

function arrayOf(plain: JsonSchema, root: JsonSchema, common: Common, depth: number): FormField {
  if (!isRecord(plain.items)) return { kind: 'json', ...common };
  return {
    kind: 'array',
    item: fieldOf(plain.items as JsonSchema, root, depth + 1),
    minItems: plain.minItems ?? null,
    maxItems: plain.maxItems ?? null,
    ...common,
  };
}

function objectOf(plain: JsonSchema, root: JsonSchema, common: Common, depth: number): FormField {
  if (plain.properties === undefined) return { kind: 'json', ...common };
  const required = new Set(plain.required);
  return {
    kind: 'object',
    entries: Object.entries(plain.properties).map(([name, schema]) => ({
      name,
      isRequired: required.has(name),
      field: fieldOf(schema, root, depth + 1),
    })),
    ...common,
  };
}
