import { InvalidOptionError } from '../lifecycle/errors.ts';
import type { HostPayload } from '../protocol/host-message.ts';
import { MAX_PLAIN_BYTES, MAX_REQUEST_NAME_CHARS } from '../protocol/limits.ts';
import { plainDataFault } from '../protocol/plain-data.ts';
import { WorkerError } from './errors.ts';

/** @throws {InvalidOptionError} for a name that can't be one. @throws {WorkerError} code `NOT_PLAIN_DATA` */
export function signalOf(name: string, data: unknown): HostPayload<'signal'> {
  checkName(name);
  return { name, data: plain(data, 'data'), at: Date.now() };
}

/** @throws as `signalOf` */
export function commandOf(name: string, args: unknown): HostPayload<'command'> {
  checkName(name);
  return { name, args: plain(args, 'args'), at: Date.now() };
}

function checkName(name: string): void {
  if (typeof name === 'string' && name !== '' && name.length <= MAX_REQUEST_NAME_CHARS) return;
  throw new InvalidOptionError('name', name, `a text of 1 to ${MAX_REQUEST_NAME_CHARS} characters`);
}

function plain(value: unknown, what: string): unknown {
  const given = value ?? null;
  const fault = plainDataFault(given, what, MAX_PLAIN_BYTES);
  if (fault === undefined) return given;
  throw new WorkerError('NOT_PLAIN_DATA', fault);
}
