import { existsSync } from 'node:fs';
import { RecordBuffer } from '../../protocol/market-record.ts';
import { MappedFile } from './mapped-file.ts';
import { loadPosition } from './position.ts';
import {
  FILLER_BYTES,
  FILLER_TOPIC,
  INTENT_WORD,
  RING_HEADER_BYTES,
  RingMemory,
  TAIL_WORD,
} from './ring-layout.ts';

/** By what the ring of a host is found again. */
export interface RingTrace {
  readonly ringPath: string;
  readonly ringBytes: number;
}

/** Where a whole record is in {@link PastRing.records}. */
export interface PastRing {
  readonly records: RecordBuffer;
  /** Offsets of the records, oldest first. */
  readonly offsets: readonly number[];
}

/**
 * What a host that was killed left in its ring: every record that was complete and is not written over.
 * Undefined if the ring is gone. Nobody may write to it any more.
 *
 * @throws {IpcError} codes `SHARED_MEMORY_FAILED`, `SHARED_MEMORY_UNAVAILABLE`
 */
export function readPastRing({ ringPath, ringBytes }: RingTrace): PastRing | undefined {
  if (!existsSync(ringPath)) return undefined;
  const file = MappedFile.open(ringPath, RING_HEADER_BYTES + ringBytes, 'read');
  try {
    const ring = new RingMemory(file.memory);
    ring.check(ringPath);
    return copyRecords(ring);
  } finally {
    file.close();
  }
}

function copyRecords(ring: RingMemory): PastRing {
  const { capacityBytes, data, header } = ring;
  const tail = loadPosition(header, TAIL_WORD);
  const oldest = loadPosition(header, INTENT_WORD) - capacityBytes;
  const begins = ring.marks.filter((mark) => mark >= oldest && mark <= tail);
  const from = begins.length === 0 ? tail : Math.min(...begins);
  const bytes = Buffer.alloc(Math.max(0, tail - from));
  const offsets: number[] = [];
  let length = 0;
  for (let position = from; position < tail;) {
    const at = position % capacityBytes;
    const recordBytes = data.view.getUint32(at, true);
    // A length that can't be is damage: what is behind it can't be found.
    if (recordBytes < FILLER_BYTES || at + recordBytes > capacityBytes) break;
    if (data.view.getUint32(at + 4, true) !== FILLER_TOPIC) {
      data.bytes.copy(bytes, length, at, at + recordBytes);
      offsets.push(length);
      length += recordBytes;
    }
    position += recordBytes;
  }
  return { records: new RecordBuffer(bytes.subarray(0, length)), offsets };
}
