import { malformed } from './errors.ts';

/** One position: topic id (uint32), sequence number (float64), both little-endian. */
const POSITION_BYTES = 12;

/** The id under which a worker's own order updates stand among its positions: no topic has it. */
export const ORDER_UPDATES_ID = 0;

/** How far a worker is: the sequence number of the last event that it is done with, by topic id. */
export type Positions = ReadonlyMap<number, number>;

export function encodePositions(positions: Positions): Uint8Array {
  const bytes = new Uint8Array(positions.size * POSITION_BYTES);
  const view = new DataView(bytes.buffer);
  let offset = 0;
  for (const [topicId, seq] of positions) {
    view.setUint32(offset, topicId, true);
    view.setFloat64(offset + 4, seq, true);
    offset += POSITION_BYTES;
  }
  return bytes;
}

/** @throws {ProtocolError} code `MALFORMED_MESSAGE` */
export function decodePositions(bytes: Uint8Array): Positions {
  if (bytes.length % POSITION_BYTES !== 0) {
    throw malformed(`positions take ${POSITION_BYTES} bytes each`, bytes.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const positions = new Map<number, number>();
  for (let offset = 0; offset < bytes.length; offset += POSITION_BYTES) {
    const topicId = view.getUint32(offset, true);
    const seq = view.getFloat64(offset + 4, true);
    if (!Number.isSafeInteger(seq) || seq < 0) {
      throw malformed('a position is a whole number from 0', seq);
    }
    positions.set(topicId, seq);
  }
  return positions;
}
