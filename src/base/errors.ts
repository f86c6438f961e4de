/** Facts that a person or a program needs to act on an error; plain data, safe to log. */
export type ErrorFacts = Readonly<Record<string, unknown>>;

/**
 * Base of every error that QuantCell throws on purpose. `code` is stable across releases and has an
 * anchor in docs/ERRORS.md; the message quotes the offending value and says what would be right.
 */
export class QuantCellError extends Error {
  readonly code: string;
  readonly facts: ErrorFacts;

  constructor(code: string, message: string, facts: ErrorFacts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.facts = facts;
  }
}

/** A value as it is quoted in an error message: JSON where possible, cut at `maxChars`. */
export function quote(value: unknown, maxChars = 120): string {
  let text: string;
  try {
    if (typeof value === 'bigint') text = `${value}n`;
    // JSON knows no NaN and no infinity and would call both null.
    else if (typeof value === 'number') text = String(value);
    else text = JSON.stringify(value) ?? String(value);
  } catch {
    // Circular, or a bigint inside. String() would throw on an object without a prototype.
    text = Object.prototype.toString.call(value);
  }
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)}… (${text.length} characters)`;
}

/** The message of anything that was thrown, also of what is not an Error or has no text for a message. */
export function messageOf(thrown: unknown): string {
  const message: unknown = thrown instanceof Error ? thrown.message : thrown;
  return thrown instanceof Error && typeof message === 'string' ? message : quote(message);
}

/** The stack of anything that was thrown, empty where there is none. */
export function stackOf(thrown: unknown): string {
  const stack: unknown = thrown instanceof Error ? thrown.stack : undefined;
  return typeof stack === 'string' ? stack : '';
}
