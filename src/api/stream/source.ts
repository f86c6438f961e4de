/**
 * What a channel shows. It is asked once for each change that goes out, however many clients there are, so that
 * a thousand events cost as much as one.
 */
export interface Source {
  /** Everything as it is now; plain data. */
  snapshot(): unknown;
  /** What has changed since it was asked last, for at most one message; null for nothing. */
  changes(): unknown;
  /**
   * How many things are in a change of which each matters, such as lines of a log. Absent where a newer one
   * stands for an older one.
   */
  countOf?(changes: unknown): number;
  /** Nobody looks any more. */
  close(): void;
}
