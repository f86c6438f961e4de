import type { Secret } from '../../../exchange/secret.ts';

const MAX_CHARS = 300;

/** A message without secrets, whichever way they are written in it, cut to a length that a log can bear. */
export function withoutSecrets(message: string, secrets: readonly Secret[]): string {
  let text = message;
  for (const secret of secrets) {
    const plain = secret.reveal();
    if (plain === '') continue;
    for (const written of [plain, encodeURIComponent(plain), base64(plain)])
      text = text.replaceAll(written, '[secret]');
  }
  return text.length <= MAX_CHARS ? text : `${text.slice(0, MAX_CHARS)}…`;
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
