import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Hono } from 'hono';
import type { SecurityEnv } from './security/environment.ts';

interface PageFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

/** The files of the dashboard by the path they are served at, read once: no request can lead to another file. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

const INDEX = '/index.html';
/** The build names these by what is in them. */
const HASHED = '/assets/';
const YEAR_S = 31_536_000;

/** Null if there is no dashboard in `folder`. */
export function readPageFiles(folder: string): PageFiles | null {
  if (!existsSync(join(folder, 'index.html'))) return null;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const bytes = new Uint8Array(readFileSync(path));
      const type = TYPES[extname(path)] ?? 'application/octet-stream';
      const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
      return [`/${relative(folder, path).split(sep).join('/')}`, { bytes, type, etag }];
    }),
  );
}

/** Serves the dashboard. A path without a file is one of its own pages. */
export function mountPage(app: Hono<SecurityEnv>, files: PageFiles): void {
  app.get('*', async (c, next) => {
    const { path } = c.req;
    const file = files.get(path) ?? (isPagePath(path) ? files.get(INDEX) : undefined);
    if (file === undefined) return next();
    c.header('ETag', file.etag);
    c.header(
      'Cache-Control',
      path.startsWith(HASHED) ? `public, max-age=${YEAR_S}, immutable` : 'no-cache',
    );
    if (c.req.header('if-none-match') === file.etag) return c.body(null, 304);
    c.header('Content-Type', file.type);
    return c.body(file.bytes);
  });
}

function isPagePath(path: string): boolean {
  const isOther = path.startsWith('/api') || path.startsWith('/docs') || path === '/metrics';
  return !isOther && !path.startsWith(HASHED) && !(extname(path) in TYPES);
}
