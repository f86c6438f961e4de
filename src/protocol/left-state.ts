import { deserialize, serialize } from 'node:v8';
import { z } from 'zod';
import { malformed } from './errors.ts';

const leftState = z.object({
  version: z.int().min(1),
  stateVersion: z.int().min(0),
  positions: z.instanceof(Uint8Array),
  bytes: z.instanceof(Uint8Array),
  savedAt: z.number(),
});

/** A state that a worker without a host left in a file for the next one. */
export interface LeftState {
  readonly version: number;
  readonly stateVersion: number;
  readonly positions: Uint8Array;
  readonly bytes: Uint8Array;
  /** Milliseconds since the Unix epoch. */
  readonly savedAt: number;
}

export function encodeLeftState({
  version,
  stateVersion,
  positions,
  bytes,
  savedAt,
}: LeftState): Buffer {
  return serialize({ version, stateVersion, positions, bytes, savedAt });
}

/** @throws {ProtocolError} code `MALFORMED_MESSAGE` */
export function decodeLeftState(file: Uint8Array): LeftState {
  let value: unknown;
  try {
    value = deserialize(file);
  } catch {
    throw malformed('a left state is what a worker serialized', file);
  }
  const parsed = leftState.safeParse(value);
  if (!parsed.success) throw malformed('a left state has a version, positions and bytes', value);
  return parsed.data;
}
