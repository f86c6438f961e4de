import type { Problem } from '../api/contract/common.ts';

/** The server refused a call, or did not finish it in time; `problem` says what it said. */
export class ApiCallError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = 'ApiCallError';
    this.problem = problem;
  }

  /** Stable; see docs/ERRORS.md. */
  get code(): string {
    return this.problem.code;
  }

  get status(): number {
    return this.problem.status;
  }
}

/** No answer came: whether the server did what was asked is not known. */
export class UnreachableError extends Error {
  readonly url: string;

  constructor(url: string, reason: string, cause: unknown) {
    super(`no answer from ${url}: ${reason}`, { cause });
    this.name = 'UnreachableError';
    this.url = url;
  }
}
