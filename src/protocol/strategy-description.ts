import { z } from 'zod';

/** What a strategy file says of itself, as the host learns it from a worker process. */
export const strategyDescription = z.object({
  name: z.string(),
  symbols: z.array(z.string()),
  dataTypes: z.array(z.string()),
  /** Bars. */
  warmup: z.int().min(0),
  callbacks: z.array(z.string()),
  /** JSON Schema of the parameters, null if there is none. */
  paramsSchema: z.record(z.string(), z.unknown()).nullable(),
});

export interface StrategyDescription {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly dataTypes: readonly string[];
  readonly warmup: number;
  readonly callbacks: readonly string[];
  readonly paramsSchema: Readonly<Record<string, unknown>> | null;
}
