import { malformed, wrongVersion } from './errors.ts';
import { PROTOCOL_VERSION } from './limits.ts';
import { checkRecords } from './market-record.ts';

/*
 * A market frame, little-endian: one message of the market data socket. The channel comes first and has
 * a fixed width, so that subscribing to a channel can't match another one by prefix.
 *
 *   0 u32 channel id        6 u8  protocol version
 *   4 u16 magic, 0x4351     7 u8  0
 *   8 records
 */
export const FRAME_HEADER_BYTES = 8;

const MAGIC = 0x4351;

export function writeFrameHeader(view: DataView, offset: number, channelId: number): void {
  view.setUint32(offset, channelId, true);
  view.setUint16(offset + 4, MAGIC, true);
  view.setUint16(offset + 6, PROTOCOL_VERSION, true);
}

/** The first bytes of every frame of a channel: what a SUB socket subscribes to. */
export function channelPrefix(channelId: number): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(channelId);
  return prefix;
}

/**
 * Checks a frame as a whole, so that its records can then be read without looking again.
 *
 * @throws {ProtocolError} codes `MALFORMED_MESSAGE`, `WRONG_VERSION`
 */
export function checkFrame(view: DataView): void {
  if (view.byteLength < FRAME_HEADER_BYTES || view.getUint16(4, true) !== MAGIC) {
    throw malformed('a market frame has a header', { bytes: view.byteLength });
  }
  const version = view.getUint8(6);
  if (version !== PROTOCOL_VERSION) throw wrongVersion(version, PROTOCOL_VERSION);
  checkRecords(view, FRAME_HEADER_BYTES);
}
