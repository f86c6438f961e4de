/** As much of JSON Schema as forms are made of. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema | boolean;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

const MAX_REFERENCES = 16;

/** The schema that a schema stands for: references followed, and parts that are joined put together. */
export function resolveSchema(schema: JsonSchema, root: JsonSchema): JsonSchema {
  let current = schema;
  for (let count = 0; count < MAX_REFERENCES && current.$ref !== undefined; count += 1) {
    const { $ref: reference, ...beside } = current;
    current = { ...targetOf(reference, root), ...beside };
  }
  if (current.allOf === undefined) return current;
  const { allOf, ...own } = current;
  return [...allOf.map((part) => resolveSchema(part, root)), own].reduce(joined, {});
}

function joined(a: JsonSchema, b: JsonSchema): JsonSchema {
  return {
    ...a,
    ...b,
    ...((a.properties ?? b.properties) !== undefined && {
      properties: { ...a.properties, ...b.properties },
    }),
    ...((a.required ?? b.required) !== undefined && {
      required: [...(a.required ?? []), ...(b.required ?? [])],
    }),
  };
}

function targetOf(reference: string, root: JsonSchema): JsonSchema {
  if (reference === '#') return root;
  const parts = reference.replace(/^#\//, '').split('/');
  const target = parts.reduce<unknown>(
    (place, part) => (isRecord(place) ? place[unescaped(part)] : undefined),
    root,
  );
  return isRecord(target) ? target : {};
}

function unescaped(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
