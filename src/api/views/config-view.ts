import type { ServiceConfig } from '../../system/config/config-schema.ts';

const HIDDEN = '(secret)';

/** Names of fields whose values are secrets, wherever they stand; names of keys (`trading.keys`) are none. */
const SECRET_NAME = /pass(?:word|phrase|wd)|secret|token|credential|authorization|mnemonic|key$/i;

/** The configuration in force, with a word in the place of each secret, which says that there is one. */
export function configView(config: ServiceConfig): Record<string, unknown> {
  const shown = withoutSecrets(config) as Record<string, unknown>;
  const { webhook } = config.alerts;
  if (webhook === undefined) return shown;
  // Of many services the path of a webhook is all that whoever posts there needs to know.
  const url = `${new URL(webhook.url).origin}/${HIDDEN}`;
  const alerts = shown['alerts'] as Record<string, unknown>;
  return { ...shown, alerts: { ...alerts, webhook: { ...(alerts['webhook'] as object), url } } };
}

function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutLogin(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  const fields = Object.entries(value).map(([name, inner]) => [
    name,
    isSecret(name, inner) ? HIDDEN : withoutSecrets(inner),
  ]);
  return Object.fromEntries(fields) as unknown;
}

/** Numbers, such as `streamsPerToken`, are limits. */
function isSecret(name: string, value: unknown): boolean {
  const isText = typeof value === 'string' || (typeof value === 'object' && value !== null);
  return isText && SECRET_NAME.test(name);
}

/** An address without a login, and without a query, where keys of services stand. */
function withoutLogin(text: string): string {
  if (!text.includes('://') || !URL.canParse(text)) return text;
  const url = new URL(text);
  const hasLogin = url.username !== '' || url.password !== '';
  if (!hasLogin && url.search === '') return text;
  const login = hasLogin ? `${HIDDEN}@` : '';
  const query = url.search === '' ? '' : `?${HIDDEN}`;
  return `${url.protocol}//${login}${url.host}${url.pathname}${query}`;
}
