import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { SecretPrompt } from '../../../src/cli/secret-prompt.ts';

it('lines of stdin are the answers, one after the other', async () => {
  const input = new PassThrough();
  const said: string[] = [];
  const prompt = new SecretPrompt(input, (text) => said.push(text));
  input.end('first\r\n second \n\nlast');
  expect(await prompt.ask('a')).toBe('first');
  expect(await prompt.ask('b')).toBe(' second ');
  expect(await prompt.ask('c')).toBe('');
  expect(await prompt.ask('d')).toBe('last');
  expect(await prompt.ask('e')).toBeUndefined();
  expect(said).toEqual([]);
});

/** A terminal, as far as the prompt looks at it. */
function terminal(): { input: PassThrough; raw: boolean[] } {
  const raw: boolean[] = [];
  const input = new PassThrough();
  Object.assign(input, { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
  return { input, raw };
}

it('what is typed at a terminal is not shown', async () => {
  const { input, raw } = terminal();
  const said: string[] = [];
  const prompt = new SecretPrompt(input, (text) => said.push(text));
  const answer = prompt.ask('API secret');
  input.write('wro');
  input.write('\u001b[A');
  input.write('\u007f\u007f\u007fright\r');
  expect(await answer).toBe('right');
  expect(said.join('')).toBe('API secret: \n');
  expect(raw).toEqual([true, false]);
});

it('the end of the input at a terminal is no answer', async () => {
  const { input } = terminal();
  const prompt = new SecretPrompt(input, () => undefined);
  const answer = prompt.ask('API secret');
  input.write('\u0004');
  expect(await answer).toBeUndefined();
});
