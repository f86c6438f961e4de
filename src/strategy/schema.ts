/**
 * The part of the Standard Schema interface (https://standardschema.dev) that parameters need. zod,
 * valibot and arktype schemas all have it.
 */
export interface ParamsSchema<Params = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): SchemaResult<Params> | Promise<SchemaResult<Params>>;
    readonly types?: { readonly input: unknown; readonly output: Params } | undefined;
  };
}

export type SchemaResult<Params> =
  | { readonly value: Params; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
