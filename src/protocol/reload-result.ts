import { z } from 'zod';
import { malformed } from './errors.ts';
import type { Positions } from './positions.ts';

/** What a worker answers to `reload_config`. */
const reloadResult = z.object({
  /** Topics that it had and has no more, each with the sequence number of the last event that it was done with. */
  left: z.array(z.object({ topicId: z.int().min(1), lastSeq: z.int().min(0) })),
});

/** What a worker answers to `hand_over`. */
const handOverResult = z.object({
  /** Also of its own order updates, under their reserved id. */
  positions: z.array(z.object({ topicId: z.int().min(0), lastSeq: z.int().min(0) })),
});

/** How far a worker got in a topic that it left. */
export interface LeftTopic {
  readonly topicId: number;
  readonly lastSeq: number;
}

/** Reads how far a worker is that handed over. @throws {ProtocolError} code `MALFORMED_MESSAGE` */
export function readPositions(result: unknown): Positions {
  const parsed = handOverResult.safeParse(result);
  if (!parsed.success) throw malformed('the result of hand_over has positions', result);
  return new Map(parsed.data.positions.map(({ topicId, lastSeq }) => [topicId, lastSeq]));
}

/** Reads the answer; a worker that says nothing of it is taken at the host's own word. */
export function readLeftTopics(result: unknown): readonly LeftTopic[] {
  return reloadResult.safeParse(result).data?.left ?? [];
}
