/** What is shown of a value in all, characters of JSON, about. */
const MAX_CHARS = 1_000_000;

/** Levels of a tree that are shown. */
const MAX_DEPTH = 64;

/** What is shown of a text, characters. */
const MAX_TEXT_CHARS = 10_000;

/** What a value takes beside its own text: quotes, commas, indentation. */
const CHARS_EACH = 4;

/** Of a marked value, such as a date. */
const CHARS_MARKED = 30;

/**
 * A value that structured clone gave, as a tree that JSON can have: see `SavedStateView.data` for how it shows what
 * JSON does not know. Bounded, whatever the value is; its getters, if it has any, are not run.
 */
export function renderPlain(value: unknown): unknown {
  return new PlainView().render(value, 0);
}

class PlainView {
  #charsLeft = MAX_CHARS;
  /** The objects that the one at hand is inside. */
  readonly #path = new Set<object>();

  render(value: unknown, depth: number): unknown {
    this.#charsLeft -= CHARS_EACH;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return Number.isFinite(value) ? value : this.#marked('number', String(value));
      case 'bigint':
        return this.#marked('bigint', String(value));
      case 'boolean':
        return value;
      case 'object':
        return value === null ? null : this.#object(value, depth);
      default:
        return this.#marked(typeof value);
    }
  }

  #text(text: string): string {
    const shown = text.length <= MAX_TEXT_CHARS ? text : `${text.slice(0, MAX_TEXT_CHARS)}…`;
    this.#charsLeft -= shown.length;
    return shown;
  }

  #marked(type: string, value?: string): Readonly<Record<string, unknown>> {
    this.#charsLeft -= CHARS_MARKED;
    return { $type: type, ...(value !== undefined && { value: this.#text(value) }) };
  }

  #object(value: object, depth: number): unknown {
    if (value instanceof Date) {
      return this.#marked(
        'Date',
        Number.isNaN(value.getTime()) ? String(value) : value.toISOString(),
      );
    }
    if (value instanceof RegExp) return this.#marked('RegExp', String(value));
    if (value instanceof Error) return this.#marked('Error', `${value.name}: ${value.message}`);
    if (value instanceof ArrayBuffer)
      return { ...this.#marked('ArrayBuffer'), length: value.byteLength };
    if (this.#path.has(value)) return this.#marked('seen');
    if (depth >= MAX_DEPTH) return this.#cut(1);
    this.#path.add(value);
    const rendered = this.#container(value, depth + 1);
    this.#path.delete(value);
    return rendered;
  }

  #container(value: object, depth: number): unknown {
    if (Array.isArray(value)) return this.#list(value, value.length, depth);
    if (value instanceof Map) {
      const entries = this.#list(value, value.size, depth);
      return { ...this.#marked('Map'), entries };
    }
    if (value instanceof Set) {
      return { ...this.#marked('Set'), values: this.#list(value, value.size, depth) };
    }
    if (ArrayBuffer.isView(value)) {
      // A Buffer is an Uint8Array here as well.
      const type = Object.prototype.toString.call(value).slice('[object '.length, -1);
      if (!isNumbers(value)) return { ...this.#marked(type), length: value.byteLength };
      const { length } = value;
      return { ...this.#marked(type), length, values: this.#list(value, length, depth) };
    }
    return this.#members(value, depth);
  }

  #list(values: Iterable<unknown>, length: number, depth: number): unknown[] {
    const shown: unknown[] = [];
    for (const value of values) {
      if (this.#charsLeft <= 0) {
        shown.push(this.#cut(length - shown.length));
        break;
      }
      shown.push(this.render(value, depth));
    }
    return shown;
  }

  #members(value: object, depth: number): Readonly<Record<string, unknown>> {
    const names = Object.keys(value);
    // Without a prototype: a state may have a member of any name, also of `__proto__`.
    const shown = Object.create(null) as Record<string, unknown>;
    for (const [index, name] of names.entries()) {
      if (this.#charsLeft <= 0) {
        shown['…'] = this.#cut(names.length - index);
        break;
      }
      shown[this.#text(name)] = this.render((value as Record<string, unknown>)[name], depth);
    }
    return { ...shown };
  }

  #cut(left: number): Readonly<Record<string, unknown>> {
    return { $type: 'cut', left };
  }
}

type Numbers = Uint8Array | Float64Array | BigInt64Array;

function isNumbers(view: ArrayBufferView): view is ArrayBufferView & Numbers {
  return !(view instanceof DataView);
}
