import type { z } from 'zod';
import { quote } from '../base/errors.ts';
import type { RouteSpec } from './contract/route.ts';
import { ApiError } from './errors.ts';

/** Where a value of a request comes from. */
type Part = 'params' | 'query' | 'body';

/** What a request brought, not checked yet. */
export type RawInput = Readonly<Record<Part, unknown>>;

const PARTS: readonly Part[] = ['params', 'query', 'body'];
const MAX_FAULTS = 20;

export interface InputFault {
  /** Such as `body.symbols[0]`. */
  readonly path: string;
  readonly message: string;
}

/**
 * The parts of a request as the schemas of its route make them; undefined for those that it does not have.
 *
 * @throws {ApiError} code `INVALID_INPUT`, with each place that is wrong
 */
export function checkInput(spec: RouteSpec, raw: RawInput): RawInput {
  const checked: Partial<Record<Part, unknown>> = {};
  const faults: InputFault[] = [];
  for (const part of PARTS) {
    const schema = spec[part];
    if (schema === undefined) continue;
    const result = schema.safeParse(raw[part]);
    if (result.success) checked[part] = result.data;
    else faults.push(...result.error.issues.map((issue) => faultOf(part, issue, raw[part])));
  }
  refuseUnknownQuery(spec, raw.query, faults);
  if (faults.length > 0) throw invalid(faults);
  return { params: checked.params, query: checked.query, body: checked.body };
}

/** A mistyped filter would otherwise be one that is not there. */
function refuseUnknownQuery({ query }: RouteSpec, given: unknown, faults: InputFault[]): void {
  const known = Object.keys(query?.shape ?? {});
  for (const name of Object.keys((given ?? {}) as object)) {
    if (known.includes(name)) continue;
    const what = known.length === 0 ? 'nothing' : known.join(', ');
    faults.push({ path: `query.${name}`, message: `is not known: expected ${what}` });
  }
}

function faultOf(part: Part, issue: z.core.$ZodIssue, given: unknown): InputFault {
  const path = issue.path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}.${String(key)}`),
    part,
  );
  const value = issue.path.reduce<unknown>(
    (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
    given,
  );
  if (issue.code === 'unrecognized_keys') {
    return {
      path,
      message: `has keys that are not known: ${issue.keys.map((key) => quote(key)).join(', ')}`,
    };
  }
  return {
    path,
    message: `is ${value === undefined ? 'missing' : quote(value)}: ${issue.message}`,
  };
}

function invalid(faults: readonly InputFault[]): ApiError {
  const [first] = faults;
  const more = faults.length === 1 ? '' : `, and ${faults.length - 1} more in faults`;
  return new ApiError('INVALID_INPUT', `${first?.path} ${first?.message}${more}`, {
    faults: faults.slice(0, MAX_FAULTS),
  });
}
