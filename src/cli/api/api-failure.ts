import { ApiCallError, UnreachableError } from '../../client/index.ts';
import { escapeControls } from '../terminal/escape-controls.ts';
import { ExitCode } from '../exit-code.ts';

export interface Failure {
  readonly text: string;
  readonly exitCode: number;
}

const UNAUTHORIZED = 'NOT_AUTHENTICATED';

/** What a person is told of a call that failed; undefined for what is no such error. */
export function describeFailure(thrown: unknown): Failure | undefined {
  if (thrown instanceof UnreachableError) {
    const hint =
      'start one with quantcell serve, or give the address of one with --url or QUANTCELL_URL';
    return { text: `${thrown.message}; ${hint}`, exitCode: ExitCode.UNREACHABLE };
  }
  if (!(thrown instanceof ApiCallError)) return undefined;
  const { code, detail, state, faults = [] } = thrown.problem;
  const lines = [
    `${code}: ${detail}`,
    ...faults.map(({ path, message }) => `  ${path}: ${message}`),
    ...(state === undefined ? [] : [`  the worker is ${state}`]),
    ...(code === UNAUTHORIZED
      ? [
          '  the token is that of --token-file, else of QUANTCELL_TOKEN, else of admin-token in the home (--home, QUANTCELL_HOME)',
        ]
      : []),
  ];
  return { text: lines.map(escapeControls).join('\n'), exitCode: ExitCode.FAILED };
}
