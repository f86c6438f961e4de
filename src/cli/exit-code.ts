/** What the shell is told. */
export const ExitCode = {
  OK: 0,
  /** It ran, and something went wrong. */
  FAILED: 1,
  /** It could not begin: a wrong argument, file or setting. */
  USAGE: 2,
  /** The server did not answer: whether it did what was asked is not known. */
  UNREACHABLE: 3,
  /** Stopped by Ctrl-C, as the shell expects it: 128 and SIGINT's number. */
  INTERRUPTED: 130,
} as const;
