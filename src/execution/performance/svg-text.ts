/** What XML 1.0 has no place for, not even escaped: controls, lone surrogates, non-characters. */
const NOT_XML =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A text for an XML element or attribute. */
export function escapeXml(value: string): string {
  return value
    .replaceAll(NOT_XML, '\uFFFD')
    .replaceAll(/[&<>"']/g, (char) => ESCAPES[char] as string);
}

/** A coordinate, to a tenth of a pixel. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A guess at how wide a text of 12 px is; fonts differ. */
export function textWidth(value: string): number {
  return value.length * 6.6;
}
