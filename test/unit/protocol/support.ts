import { ZERO_COUNTERS, ZERO_VITALS } from '../../../src/lifecycle/worker-status.ts';
import { Message } from '../../../src/protocol/message.ts';
import type { MessageType } from '../../../src/protocol/message-type.ts';
import type { WorkerReport } from '../../../src/protocol/worker-message.ts';

export function message(type: string, payload: unknown): Message {
  return new Message(type as MessageType, { payload: payload as Record<string, unknown> });
}

/** `good` with one of its members replaced, or taken away if `value` is undefined. */
export function changed(good: object, path: string, value: unknown): unknown {
  const copy = structuredClone(good) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = copy;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

export const STATUS: WorkerReport = {
  reportId: 1,
  state: 'running',
  transitions: [{ revision: 1, from: 'initializing', to: 'initialized', trigger: 'x', at: 5 }],
  counters: { ...ZERO_COUNTERS, messagesReceived: 1, messagesProcessed: 1, callbacksRun: 1 },
  vitals: { ...ZERO_VITALS, rssBytes: 1, cpuMs: 0.5 },
  lastPrice: 1.5,
  lastError: null,
  report: { equity: 100 },
};
