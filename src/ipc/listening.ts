import { connect } from 'node:net';
import { errnoOf } from './errors.ts';

/**
 * True if a process listens on the socket file at `path`. A file that a killed process left behind is
 * not in use, and libzmq takes it over; it would take over one in use just the same.
 */
export function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    const settle = (listening: boolean): void => {
      probe.destroy();
      resolve(listening);
    };
    probe.once('connect', () => settle(true));
    // EAGAIN: so many wait to be accepted that there is no room for another.
    probe.once('error', (error) => settle(errnoOf(error) === 'EAGAIN'));
  });
}
