import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { messageOf, QuantCellError } from '../../base/errors.ts';
import { placeOf } from '../../lifecycle/stack-place.ts';
import type { WorkerManager } from '../../host/worker-manager.ts';
import { writeKept } from './kept-file.ts';
import type { StrategyExtension } from './strategy-files.ts';
import type { StrategyFolder } from './strategy-folder.ts';

type Describe = WorkerManager['describeStrategy'];
export type StrategyDescription = Awaited<ReturnType<Describe>>;

export interface StrategyFault {
  readonly code: string;
  readonly message: string;
  /** From 1; null where it is not known. */
  readonly line: number | null;
  readonly column: number | null;
}

/** Whether a strategy can be started, and why not. */
export interface StrategyValidation {
  readonly isValid: boolean;
  readonly description: StrategyDescription | null;
  readonly faults: readonly StrategyFault[];
}

/** What is wrong with the strategy itself, and not with who looks at it. */
const FAULTS_OF_STRATEGY: ReadonlySet<string> = new Set([
  'STRATEGY_COMPILE_FAILED',
  'STRATEGY_LOAD_FAILED',
  'STRATEGY_LOAD_TIMED_OUT',
  'BAD_STRATEGY',
]);

/** `FILE:LINE:COLUMN: TEXT`, as a compiler says it. */
const COMPILER_ERROR = /^(?<file>.*?):(?<line>\d+):(?<column>\d+): /;
/** No name of a strategy begins with a point. */
const HIDDEN_NAME = '.validated';
const HIDDEN_FILE = /\.validated\.\w+/g;
const PLACE = /:(?<line>\d+):(?<column>\d+)$/;

/** Looks at strategies as a worker would, before there is one. */
export class StrategyValidator {
  readonly #folder: StrategyFolder;
  readonly #describe: Describe;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: StrategyFolder, describe: Describe) {
    this.#folder = folder;
    this.#describe = describe;
  }

  /** A strategy that is in the folder. @throws as `StrategyFolder.pathOf` */
  validateFile(name: string): Promise<StrategyValidation> {
    const path = this.#folder.pathOf(name);
    return this.#look(path, path.slice(this.#folder.folder.length + 1));
  }

  /**
   * A source that is in no file yet. It is looked at where it would be, so that what it imports is found: beside
   * the strategy of that name, else in the folder itself. Nothing is left of it.
   *
   * @throws as `StrategyFolder.targetOf`
   */
  validateSource(
    source: string,
    extension: StrategyExtension,
    name?: string,
  ): Promise<StrategyValidation> {
    // One after the other: they have one file, so that the compiler does not remember one for each.
    const turn = this.#turn.then(() => this.#validateSource(source, extension, name));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #validateSource(
    source: string,
    extension: StrategyExtension,
    name: string | undefined,
  ): Promise<StrategyValidation> {
    // Nobody else is to put another source in the place of this one.
    this.#folder.checkSafe();
    const folder =
      name === undefined ? this.#folder.folder : dirname(this.#folder.targetOf(name, extension));
    const path = join(folder, `${HIDDEN_NAME}.${extension}`);
    try {
      writeKept(path, source);
      return await this.#look(path, `${name ?? 'strategy'}.${extension}`);
    } finally {
      rmSync(path, { force: true });
    }
  }

  async #look(path: string, shown: string): Promise<StrategyValidation> {
    try {
      return { isValid: true, description: await this.#describe(path), faults: [] };
    } catch (thrown) {
      if (!(thrown instanceof QuantCellError) || !FAULTS_OF_STRATEGY.has(thrown.code)) throw thrown;
      // Where the folder is on this machine is nobody's business, nor what the file is called for a moment.
      const plain = (text: string): string =>
        text
          .replaceAll(path, shown)
          .replaceAll(`${this.#folder.folder}/`, '')
          .replaceAll(HIDDEN_FILE, shown);
      return { isValid: false, description: null, faults: faultsOf(thrown, path, plain) };
    }
  }
}

function faultsOf(
  thrown: QuantCellError,
  path: string,
  plain: (text: string) => string,
): readonly StrategyFault[] {
  const { code } = thrown;
  const errors = thrown.facts['errors'];
  if (Array.isArray(errors) && errors.length > 0) {
    return errors.map((error) => {
      const groups = COMPILER_ERROR.exec(String(error))?.groups;
      // A place in what it imports is no line of this file.
      const isHere = groups?.['file'] === basename(path);
      return { code, message: plain(String(error)), ...placeIn(isHere ? groups : undefined) };
    });
  }
  const { remoteStack } = thrown as { readonly remoteStack?: string };
  const place = placeOf(remoteStack ?? '') ?? '';
  const groups = place.startsWith(path) ? PLACE.exec(place)?.groups : undefined;
  return [{ code, message: plain(messageOf(thrown)), ...placeIn(groups) }];
}

function placeIn(groups: Readonly<Record<string, string>> | undefined): {
  line: number | null;
  column: number | null;
} {
  if (groups === undefined) return { line: null, column: null };
  return { line: Number(groups['line']), column: Number(groups['column']) };
}
