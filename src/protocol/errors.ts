import { QuantCellError, quote } from '../base/errors.ts';

/** A message that is not what the protocol allows. Codes `MALFORMED_MESSAGE`, `UNKNOWN_MESSAGE_TYPE`, `WRONG_VERSION`. */
export class ProtocolError extends QuantCellError {}

export function malformed(what: string, seen: unknown): ProtocolError {
  const quoted = quote(seen);
  return new ProtocolError('MALFORMED_MESSAGE', `${what}: ${quoted}`, { seen: quoted });
}

export function wrongVersion(seen: unknown, expected: number): ProtocolError {
  return new ProtocolError(
    'WRONG_VERSION',
    `protocol version ${quote(seen)}: this side speaks version ${expected}`,
    { seen, expected },
  );
}
