// Command line options of the benchmarks. What is wrong with them is said in one line.
import { parseArgs } from 'node:util';

export class UsageError extends Error {}

/**
 * Reads `args` by `spec`: for each option how its text becomes a value, and what it is if not given.
 * `--json` is there always.
 */
export function readOptions(args, spec) {
  const options = { json: { type: 'boolean', default: false } };
  for (const name of Object.keys(spec)) options[name] = { type: 'string' };
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (thrown) {
    throw new UsageError(`${thrown.message} Options: ${Object.keys(options).join(', ')}`);
  }
  const read = { json: values.json };
  for (const [name, { parse, otherwise }] of Object.entries(spec)) {
    const text = values[name];
    read[name] = text === undefined ? otherwise : parse(text, name);
  }
  return read;
}

/** A whole number from `least`. */
export const whole = (otherwise, least = 1) => ({
  otherwise,
  parse: (text, name) => readWhole(text, name, least),
});

/** Whole numbers from `least` with commas between them; each once, in rising order. */
export const wholes = (otherwise, least = 1) => ({
  otherwise,
  parse: (text, name) => {
    const numbers = text.split(',').map((part) => readWhole(part, name, least));
    return [...new Set(numbers)].sort((one, other) => one - other);
  },
});

/** A number above 0. */
export const positive = (otherwise) => ({
  otherwise,
  parse: (text, name) => {
    const number = Number(text);
    if (number > 0 && Number.isFinite(number)) return number;
    throw new UsageError(`--${name} ${JSON.stringify(text)} is not a number above 0`);
  },
});

export const oneOf = (choices, otherwise) => ({
  otherwise,
  parse: (text, name) => {
    if (choices.includes(text)) return text;
    throw new UsageError(`--${name} ${JSON.stringify(text)}: expected ${choices.join(' or ')}`);
  },
});

/** Some of `choices`, with commas between them. */
export const someOf = (choices, otherwise = choices) => ({
  otherwise,
  parse: (text, name) => {
    const picked = text.split(',');
    const unknown = picked.find((one) => !choices.includes(one));
    if (unknown === undefined) return picked;
    throw new UsageError(
      `--${name} ${JSON.stringify(unknown)}: expected some of ${choices.join(',')}`,
    );
  },
});

export const text = (otherwise) => ({ otherwise, parse: (given) => given });

function readWhole(part, name, least) {
  const number = Number(part);
  if (part.trim() !== '' && Number.isSafeInteger(number) && number >= least) return number;
  throw new UsageError(`--${name} ${JSON.stringify(part)} is not a whole number from ${least}`);
}
