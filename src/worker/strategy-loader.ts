import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { messageOf, quote } from '../base/errors.ts';
import { CALLBACK_NAMES, type StrategyDefinition } from '../strategy/definition.ts';
import type { ParamsSchema, SchemaIssue } from '../strategy/schema.ts';
import type { StrategyDescription } from '../protocol/strategy-description.ts';
import { ignoredParams } from './ignored-params.ts';
import type { LogBuffer } from './log-buffer.ts';
import { misnamedCallback } from './misnamed-callbacks.ts';
import { StrategyError } from './errors.ts';

/** A strategy with its members checked. `this` of each callback is the strategy itself. */
export type LoadedStrategy = StrategyDefinition<unknown, unknown>;

/**
 * Imports a compiled strategy and checks its shape.
 *
 * @throws {StrategyError} codes `STRATEGY_LOAD_FAILED`, `BAD_STRATEGY`
 */
export async function loadStrategy(
  modulePath: string,
  strategyPath: string,
): Promise<LoadedStrategy> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(modulePath).href)) as { readonly default?: unknown };
  } catch (thrown) {
    throw new StrategyError(
      'STRATEGY_LOAD_FAILED',
      `${strategyPath} threw while it was loaded: ${messageOf(thrown)}`,
      { strategyPath },
      thrown,
    );
  }
  if (module.default === undefined) {
    throw bad(
      strategyPath,
      'has no default export: expected `export default defineStrategy({ ... })`',
    );
  }
  return checkShape(instantiate(module.default, strategyPath), strategyPath);
}

function bad(strategyPath: string, what: string): StrategyError {
  return new StrategyError('BAD_STRATEGY', `${strategyPath} ${what}`, { strategyPath });
}

function instantiate(exported: unknown, strategyPath: string): unknown {
  if (typeof exported !== 'function') return exported;
  if (!isConstructor(exported)) {
    throw bad(
      strategyPath,
      'exports a function as its default: expected a strategy object or class',
    );
  }
  try {
    return Reflect.construct(exported, []);
  } catch (thrown) {
    throw new StrategyError(
      'STRATEGY_LOAD_FAILED',
      `the constructor of ${strategyPath} threw: ${messageOf(thrown)}`,
      { strategyPath },
      thrown,
    );
  }
}

/** False for arrow and async functions. Asks without running any of the strategy's code. */
function isConstructor(exported: Function): boolean {
  try {
    Reflect.construct(Object, [], exported);
    return true;
  } catch {
    return false;
  }
}

function checkShape(value: unknown, strategyPath: string): LoadedStrategy {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bad(
      strategyPath,
      `exports ${quote(value)} as its default: expected a strategy object or class`,
    );
  }
  const strategy = value as Record<string, unknown>;
  if (typeof strategy['name'] !== 'string' || strategy['name'] === '') {
    throw bad(
      strategyPath,
      `has the name ${quote(strategy['name'])}: expected a text that is not empty`,
    );
  }
  for (const name of CALLBACK_NAMES) {
    const callback = strategy[name];
    if (callback !== undefined && typeof callback !== 'function') {
      throw bad(strategyPath, `has ${name} ${quote(callback)}: a callback is a function`);
    }
  }
  const misnamed = misnamedCallback(strategy);
  if (misnamed !== undefined) throw bad(strategyPath, misnamed);
  for (const name of ['symbols', 'dataTypes']) {
    const list = strategy[name];
    if (
      list !== undefined &&
      !(Array.isArray(list) && list.every((item) => typeof item === 'string'))
    ) {
      throw bad(strategyPath, `has ${name} ${quote(list)}: expected a list of texts`);
    }
  }
  const { warmup = 0, params, stateVersion = 1 } = strategy;
  if (!Number.isSafeInteger(stateVersion) || (stateVersion as number) < 0) {
    throw bad(
      strategyPath,
      `has stateVersion ${quote(stateVersion)}: expected a whole number from 0`,
    );
  }
  if (!Number.isSafeInteger(warmup) || (warmup as number) < 0) {
    throw bad(strategyPath, `has warmup ${quote(warmup)}: expected a whole number of bars from 0`);
  }
  if (
    params !== undefined &&
    typeof (params as ParamsSchema | null)?.['~standard']?.validate !== 'function'
  ) {
    throw bad(
      strategyPath,
      'has params that are not a schema: expected z.object({ ... }) or the like',
    );
  }
  return value as LoadedStrategy;
}

/** Of parameters, that are told one by one. */
const MAX_FAULTS = 100;

/**
 * Parameters as the strategy's schema makes them, defaults filled in. Those that it ignores are a warning in
 * `log`.
 *
 * @throws {StrategyError} code `INVALID_PARAMS`, with the path of each fault and the value there
 */
export async function parseParams(
  strategy: LoadedStrategy,
  params: unknown,
  log?: LogBuffer,
): Promise<unknown> {
  const given = params ?? {};
  if (strategy.params === undefined) return given;
  const result = await strategy.params['~standard'].validate(given);
  if (result.issues === undefined) {
    const ignored = ignoredParams(given, result.value, () => jsonSchemaOf(strategy.params));
    if (ignored !== undefined) log?.add('warn', `params of ${quote(strategy.name)}: ${ignored}`);
    return result.value;
  }
  const faults = result.issues.map((issue) => faultOf(issue, given));
  const sentences = faults.map(({ path, message }) => `${path} ${message}`);
  throw new StrategyError(
    'INVALID_PARAMS',
    `params of strategy ${quote(strategy.name)}: ${sentences.join('; ')}`,
    { strategyName: strategy.name, faults: faults.slice(0, MAX_FAULTS) },
  );
}

function faultOf(issue: SchemaIssue, params: unknown): { path: string; message: string } {
  const keys = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
  let value: unknown = params;
  for (const key of keys) value = (value as Record<PropertyKey, unknown> | null | undefined)?.[key];
  return {
    path: ['params', ...keys.map(String)].join('.'),
    message: `is ${quote(value)}: ${issue.message}`,
  };
}

/** What others may know of a strategy without running it. */
export function describeStrategy(strategy: LoadedStrategy): StrategyDescription {
  return {
    name: strategy.name,
    symbols: strategy.symbols ?? [],
    dataTypes: strategy.dataTypes ?? ['kline'],
    warmup: strategy.warmup ?? 0,
    callbacks: CALLBACK_NAMES.filter((name) => strategy[name] !== undefined),
    paramsSchema: jsonSchemaOf(strategy.params),
  };
}

function jsonSchemaOf(schema: ParamsSchema | undefined): Record<string, unknown> | null {
  if (schema?.['~standard'].vendor !== 'zod') return null;
  try {
    return z.toJSONSchema(schema as unknown as z.ZodType, { io: 'input' }) as Record<
      string,
      unknown
    >;
  } catch {
    // A schema with transforms of its own has no JSON form; the strategy runs all the same.
    return null;
  }
}
