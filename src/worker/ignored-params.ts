import { quote } from '../base/errors.ts';

/** What of a JSON schema says which parameters there are. */
interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly additionalProperties?: unknown;
}

/**
 * Which of the parameters `given` the schema has dropped since it does not name them, as a `z.object` does:
 * a mistyped name would leave a default in force, and nothing would say so. Undefined if there is none.
 * `taken` is what the schema made of them. `schemaOf` is asked for its JSON schema only where one is missing
 * there; null if it has none, and then nobody can tell.
 */
export function ignoredParams(
  given: unknown,
  taken: unknown,
  schemaOf: () => ObjectSchema | null,
): string | undefined {
  if (!isObject(given) || !isObject(taken)) return undefined;
  const missing = Object.keys(given).filter((name) => !Object.hasOwn(taken, name));
  if (missing.length === 0) return undefined;
  const { properties, additionalProperties } = schemaOf() ?? {};
  if (properties === undefined || additionalProperties !== undefined) return undefined;
  // One that is named and missing was given another name by the schema itself.
  const ignored = missing.filter((name) => !Object.hasOwn(properties, name));
  if (ignored.length === 0) return undefined;
  return `no such parameter: ${list(ignored)}; there ${hasWhat(Object.keys(properties))}`;
}

function hasWhat(names: readonly string[]): string {
  if (names.length === 0) return 'is none';
  return `${names.length === 1 ? 'is' : 'are'} ${list(names)}`;
}

function list(names: readonly string[]): string {
  return names.map((name) => quote(name)).join(', ');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
