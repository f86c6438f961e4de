/**
 * Puts the parts in their places; a place without one stays as it is. `{count|worker|workers}` is the first word
 * for one and the second for any other number.
 */
export function fill(text: string, parts: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(
    /\{(\w+)(?:\|([^|}]*)\|([^|}]*))?\}/g,
    (whole, name: string, one?: string, other?: string) => {
      const part = parts[name];
      if (part === undefined) return whole;
      if (one === undefined || other === undefined) return String(part);
      return Number(part) === 1 ? one : other;
    },
  );
}
