import type { NewWorker } from '../../../../../src/client/index.ts';

/** What was typed; empty texts are not given. */
export interface NewWorkerDraft {
  readonly id: string;
  readonly symbols: string;
  readonly timeframe: string;
  readonly isStarted: boolean;
}

/** What is asked of the server: only what was given, so that the strategy decides the rest. */
export function newWorkerOf(strategy: string, draft: NewWorkerDraft, params: unknown): NewWorker {
  const id = draft.id.trim();
  const timeframe = draft.timeframe.trim();
  const symbols = listOf(draft.symbols);
  return {
    strategy,
    start: draft.isStarted,
    ...(id !== '' && { id }),
    ...(timeframe !== '' && { timeframe }),
    ...(symbols.length > 0 && { symbols }),
    ...(params !== undefined && { params: params as NonNullable<NewWorker['params']> }),
  };
}

/** Of a list that somebody typed; the comma may be one of a Chinese keyboard. */
export function listOf(text: string): string[] {
  const parts = text.split(/[,，、;；\s]+/).filter((part) => part !== '');
  return [...new Set(parts)];
}
