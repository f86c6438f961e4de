/** What a terminal takes as an order: a strategy's words must not move its cursor. */
const CONTROL = /[\p{Cc}]/gu;

/** The text with its control characters written out, but for tabs. */
export function escapeControls(text: string): string {
  return text.replaceAll(CONTROL, (char) =>
    char === '\t'
      ? char
      : JSON.stringify(char)
          .slice(1, -1)
          .replace(/^[^\\]$/, escapeCode),
  );
}

/** JSON leaves some of them as they are. */
function escapeCode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
