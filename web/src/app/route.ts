/** Where the page is: what stands behind `#/`. */
export interface Route {
  /** Such as `['workers', 'sma-btc']`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** Address of a page, for links. Parts are escaped. */
export function hrefOf(
  path: readonly string[],
  query: Readonly<Record<string, string>> = {},
): string {
  const search = new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter((part) => part !== '');
  return { path: parts.map(decoded), query: new URLSearchParams(search) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
