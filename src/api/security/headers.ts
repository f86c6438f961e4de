import type { SecurityMiddleware } from './environment.ts';

/** Scripts, styles and connections of this server alone; no inline code, no frames around it, no forms to elsewhere. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), browsing-topics=()',
};

/** A year; a browser that was here once speaks no plain HTTP with this name any more. */
const STRICT_TRANSPORT_SECURITY = 'max-age=31536000';

/** The headers of security on every answer. What is not a file of the page is stored by nobody. */
export function securityHeaders({ isTls }: { readonly isTls: boolean }): SecurityMiddleware {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
    if (isTls) headers.set('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY);
    const isApi = c.req.path.startsWith('/api') || c.req.path === '/metrics';
    if (isApi || c.res.status >= 400) headers.set('Cache-Control', 'no-store');
  };
}
