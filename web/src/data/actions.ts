import { useState } from 'preact/hooks';
import { ApiCallError, type Problem } from '../../../src/client/index.ts';
import { createStore } from './store.ts';

/**
 * Where something that was asked of the server stands. `asked`: no answer yet. `partly`: of many, not all was
 * done. `unknown`: no answer came, so that it may have been done or not.
 */
export type ActionStatus = 'asked' | 'applied' | 'partly' | 'rejected' | 'timed-out' | 'unknown';

export interface ActionRecord {
  readonly id: number;
  /** What was asked, for people. */
  readonly title: string;
  readonly status: ActionStatus;
  /** Why, or what came of it; empty if the status says all. */
  readonly detail: string;
  /** What the server said if it refused. */
  readonly problem: Problem | null;
  /** Of the last change of the status, milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Newest last. */
export const actionStore = createStore<readonly ActionRecord[]>([]);

const MAX_RECORDS = 20;
/** What went well goes away by itself, milliseconds. */
const APPLIED_SHOWN_MS = 6_000;
let lastId = 0;

export interface Asked<Answer> {
  readonly record: ActionRecord;
  /** Null unless it was applied. */
  readonly answer: Answer | null;
}

/** What came of it: a text beside "applied", or another status for an answer that tells of failures. */
export type OutcomeOf<Answer> = (
  answer: Answer,
) => string | { readonly status: 'applied' | 'partly' | 'rejected'; readonly detail: string };

/** Asks the server to do something and tells how it stands, here and in the list of all. */
export async function ask<Answer>(
  title: string,
  work: () => Promise<Answer>,
  onRecord?: (record: ActionRecord) => void,
  outcomeOf?: OutcomeOf<Answer>,
): Promise<Asked<Answer>> {
  lastId += 1;
  const id = lastId;
  const tell = (status: ActionStatus, detail: string, problem: Problem | null): ActionRecord => {
    const record = { id, title, status, detail, problem, at: Date.now() };
    put(record);
    onRecord?.(record);
    return record;
  };
  tell('asked', '', null);
  try {
    const answer = await work();
    const outcome = outcomeOf?.(answer) ?? '';
    const { status, detail } =
      typeof outcome === 'string' ? ({ status: 'applied', detail: outcome } as const) : outcome;
    return { record: tell(status, detail, null), answer };
  } catch (thrown) {
    const problem = thrown instanceof ApiCallError ? thrown.problem : null;
    const status = statusOf(problem);
    return { record: tell(status, (thrown as Error).message, problem), answer: null };
  }
}

/** Tells something that nobody asked the server for, such as why a button does nothing. */
export function refuse(title: string, detail: string): void {
  lastId += 1;
  put({ id: lastId, title, status: 'rejected', detail, problem: null, at: Date.now() });
}

export function dismiss(id: number): void {
  actionStore.set(actionStore.get().filter((record) => record.id !== id));
}

/** Of one thing to do: how it stands, and how it is asked for. */
export function useAction(): {
  readonly record: ActionRecord | null;
  readonly isAsked: boolean;
  readonly run: <Answer>(
    title: string,
    work: () => Promise<Answer>,
    outcomeOf?: OutcomeOf<Answer>,
  ) => Promise<Asked<Answer>>;
  readonly clear: () => void;
} {
  const [record, setRecord] = useState<ActionRecord | null>(null);
  return {
    record,
    isAsked: record?.status === 'asked',
    run: (title, work, outcomeOf) => ask(title, work, setRecord, outcomeOf),
    clear: () => setRecord(null),
  };
}

function statusOf(problem: Problem | null): ActionStatus {
  if (problem === null) return 'unknown';
  return problem.result === 'timed-out' ? 'timed-out' : 'rejected';
}

function put(record: ActionRecord): void {
  const others = actionStore.get().filter(({ id }) => id !== record.id);
  actionStore.set([...others, record].slice(-MAX_RECORDS));
  if (record.status === 'applied') setTimeout(() => dismiss(record.id), APPLIED_SHOWN_MS);
}
