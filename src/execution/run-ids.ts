import { randomBytes } from 'node:crypto';

const SPACE = 'id-space';
const RUN = 'run';

/** Writes a fact down; resolves once it is on the disk. */
type KeepFact = (name: string, value: string) => Promise<void>;

/**
 * Client order ids that no process has used before and none will again: `SPACE` R `RUN` N `NUMBER`, such as
 * `k3x9R1aN2f`. The space tells homes on one account apart; a run is given to each process of a worker and
 * is on the disk before it is used; the process counts the rest itself.
 */
export class RunIds {
  readonly #keep: KeepFact;
  #space = '';
  #run = 0;
  #ownPrefix = '';
  #ownCount = 0;
  /** The highest number that each run of this process has used. */
  readonly #seen = new Map<string, number>();

  constructor(keep: KeepFact) {
    this.#keep = keep;
  }

  /** How many were begun, from 1 once restored: no process of a journal begins with a number of another. */
  get run(): number {
    return this.#run;
  }

  /** Goes on where the process before was. @throws {ExecutionError} if it can't be written */
  async restore(facts: ReadonlyMap<string, string>, idSpace: string | undefined): Promise<void> {
    this.#run = Number(facts.get(RUN) ?? 0);
    const known = facts.get(SPACE);
    this.#space = known ?? idSpace ?? randomSpace();
    if (known === undefined) await this.#keep(SPACE, this.#space);
    this.#ownPrefix = await this.beginRun();
  }

  /** @throws {ExecutionError} if it can't be written */
  async beginRun(): Promise<string> {
    this.#run += 1;
    const prefix = `${this.#space}R${this.#run.toString(36)}N`;
    await this.#keep(RUN, String(this.#run));
    this.#seen.set(prefix, 0);
    return prefix;
  }

  /**
   * An id that nobody has used yet, for sure: the next one of a run that this process has given. False for one
   * that may be known, which the journal is to be asked for.
   */
  isNew(clientOrderId: string): boolean {
    const end = clientOrderId.indexOf('N') + 1;
    const prefix = clientOrderId.slice(0, end);
    const seen = this.#seen.get(prefix);
    const number = Number.parseInt(clientOrderId.slice(end), 36);
    if (seen === undefined || !(number > seen)) return false;
    this.#seen.set(prefix, number);
    return true;
  }

  /** For an order of the engine's own making. */
  next(): string {
    this.#ownCount += 1;
    return this.#ownPrefix + this.#ownCount.toString(36);
  }
}

/** Four of 36 characters: lower case, as the separators are not. */
function randomSpace(): string {
  return randomBytes(4).readUInt32BE().toString(36).padStart(7, '0').slice(-4);
}
