import { deserialize } from 'node:v8';
import { messageOf, quote } from '../base/errors.ts';
import { WorkerError } from './errors.ts';
import { renderPlain } from './plain-view.ts';
import type { SavedState } from './store/state-store.ts';

/** A saved `ctx.state` for people, or for a page that shows it. */
export interface SavedStateView {
  /** Of the shape of the state: the strategy's own `stateVersion`. */
  readonly version: number;
  /** Milliseconds since the Unix epoch. */
  readonly savedAt: number;
  /**
   * As JSON can have it. Texts, finite numbers, booleans, null, lists and objects are as they are. The rest is an
   * object whose `$type` says what it is:
   *
   * - `{ $type: 'Map', entries: [[key, value], ...] }`, `{ $type: 'Set', values: [...] }`
   * - `{ $type: 'Date', value: '2026-01-31T12:00:00.000Z' }` (`'Invalid Date'` for one without a time)
   * - `{ $type: 'bigint', value: '12' }`, `{ $type: 'number', value: 'NaN' }`, `{ $type: 'undefined' }`
   * - `{ $type: 'RegExp', value: '/a/g' }`, `{ $type: 'Error', value: 'TypeError: no' }`
   * - `{ $type: 'Float64Array', length: 3, values: [...] }`, `{ $type: 'ArrayBuffer', length: 16 }`
   * - `{ $type: 'seen' }` for an object that is inside itself
   * - `{ $type: 'cut', left: 900 }` where the tree is cut: about 1,000,000 characters are shown, 64 levels deep,
   *   and 10,000 characters of a text. At the end of a list, or as the member `…` of an object, it stands for so
   *   many members
   */
  readonly data: unknown;
}

/** @throws {WorkerError} code `STATE_UNREADABLE` */
export function readSavedState(workerId: string, saved: SavedState | null): SavedStateView | null {
  if (saved === null) return null;
  const { stateVersion: version, savedAt, bytes } = saved;
  let state: unknown;
  try {
    state = deserialize(bytes);
  } catch (thrown) {
    throw new WorkerError(
      'STATE_UNREADABLE',
      `the state that is saved of worker ${quote(workerId)} can't be read: ${messageOf(thrown)}`,
      { workerId, bytes: bytes.length },
      thrown,
    );
  }
  return { version, savedAt, data: renderPlain(state) };
}
