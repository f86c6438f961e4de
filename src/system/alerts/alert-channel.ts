import type { Alert } from './alert.ts';

/** A way to people. */
export interface AlertChannel {
  /** Unique among the channels, for logs and status. */
  readonly name: string;
  /**
   * Resolves once the other side has taken the alert. Tries once; whoever calls tries again.
   *
   * @throws {AlertError} without any secret in it
   */
  send(alert: Alert, signal: AbortSignal): Promise<void>;
}
