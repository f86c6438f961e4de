import type { AnswerOf } from '../../../../../src/client/index.ts';
import { isRecord, type JsonSchema } from '../../../components/schema-form/json-schema.ts';

type RiskConfig = AnswerOf<'getRisk'>;

const AMOUNT: JsonSchema = { type: 'string', pattern: String.raw`^\d+(\.\d+)?$` };
const COUNT: JsonSchema = { type: 'integer', minimum: 0 };

const LIMITS: JsonSchema = {
  type: 'object',
  properties: {
    maxOrderQuantity: AMOUNT,
    maxOrderNotional: AMOUNT,
    maxPositionQuantity: AMOUNT,
    maxPositionNotional: AMOUNT,
    maxOpenOrders: COUNT,
    maxOrdersPerSecond: COUNT,
    maxDailyLoss: AMOUNT,
    priceCollar: AMOUNT,
  },
};

/** Levels that the limits hold at; `titles` names them. */
export function riskSchema(
  titles: Readonly<Record<'strategy' | 'strategies' | 'account' | 'all', string>>,
): JsonSchema {
  return {
    type: 'object',
    properties: {
      strategy: { ...LIMITS, title: titles.strategy },
      strategies: { title: titles.strategies },
      account: { ...LIMITS, title: titles.account },
      all: { ...LIMITS, title: titles.all },
    },
  };
}

const COUNTS = ['maxOpenOrders', 'maxOrdersPerSecond'];

/** Amounts may be numbers in a configuration; here they are decimal texts, as they are compared. */
export function withTexts(limits: RiskConfig): RiskConfig {
  return textsIn(limits) as RiskConfig;
}

function textsIn(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    typeof inner === 'number' && !COUNTS.includes(name) ? String(inner) : textsIn(inner),
  ]);
  return Object.fromEntries(entries) as unknown;
}
