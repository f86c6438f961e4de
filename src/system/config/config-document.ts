import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { messageOf } from '../../base/errors.ts';
import type { SettingPath } from './setting-path.ts';

/** A place in a file, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What is wrong with the text itself. */
export interface SyntaxFault extends Position {
  readonly message: string;
}

/** How the parser says it. */
const TWICE = 'Map keys must be unique';
const START: Position = { line: 1, column: 1 };

/** A configuration file as YAML: its data, and where in the text each of them is. */
export class ConfigDocument {
  readonly faults: readonly SyntaxFault[];
  /** Plain data; null where the text has faults or nothing. */
  readonly data: unknown;
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
    const faults = this.#document.errors.map(({ message, pos }): SyntaxFault => ({
      ...this.#at(pos[0]),
      message: message.startsWith(TWICE)
        ? 'this name stands in its mapping twice'
        : firstLine(message),
    }));
    this.data = faults.length === 0 ? this.#read(faults) : null;
    this.faults = faults;
  }

  /** Where a setting is; where it is missing, what it belongs to. */
  positionOf(path: SettingPath): Position {
    let node: unknown = this.#document.contents;
    let offset = startOf(node);
    for (const part of path) {
      const found = childOf(node, part);
      if (found === undefined) break;
      node = found.value;
      offset = startOf(found.key) ?? startOf(found.value) ?? offset;
    }
    return offset === undefined ? START : this.#at(offset);
  }

  #read(faults: SyntaxFault[]): unknown {
    try {
      return this.#document.toJS() as unknown;
    } catch (thrown) {
      // Names that stand for nothing, and too many that stand for each other.
      faults.push({ ...START, message: messageOf(thrown) });
      return null;
    }
  }

  #at(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  }
}

interface Child {
  /** Null in a list. */
  readonly key: unknown;
  readonly value: unknown;
}

function childOf(node: unknown, part: string | number): Child | undefined {
  if (isSeq(node)) {
    const value: unknown = node.items[Number(part)];
    return value === undefined ? undefined : { key: null, value };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null)?.range?.[0];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
