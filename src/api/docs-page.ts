import type { OpenApiDocument } from './openapi.ts';

/** As much of an OpenAPI document as the page shows. */
interface Operation {
  readonly operationId?: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<
    Record<string, { readonly description?: string; readonly content?: Content }>
  >;
}
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Schema = Readonly<Record<string, unknown>>;

/** The documentation as a page without scripts: every operation, and every schema that they name. */
export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Readonly<Record<string, Operation>>).map(([method, operation]) => ({
      path,
      method,
      operation,
    })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? []))];
  const base = document.servers?.[0]?.url ?? '';
  const sections = tags.map((tag) => {
    const ofTag = operations.filter(({ operation }) => operation.tags?.includes(tag));
    const blocks = ofTag.map(({ path, method, operation }) =>
      blockOf(base + path, method, operation),
    );
    return `<section id="${escape(tag)}"><h2>${escape(tag)}</h2>${blocks.join('')}</section>`;
  });
  const schemas = Object.entries(document.components?.schemas ?? {}).map(
    ([name, schema]) =>
      `<section class="operation" id="schema-${escape(name)}"><h3>${escape(name)}</h3>${json(schema as Schema)}</section>`,
  );
  const links = [...tags, 'schemas'].map((tag) => `<a href="#${escape(tag)}">${escape(tag)}</a>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>QuantCell API</title><link rel="stylesheet" href="/docs/style.css"></head><body><header><h1>QuantCell API ${escape(document.info.version)}</h1><p>${escape(document.info.description ?? '')}</p><p>For programs: <a href="${base}/openapi.json">openapi.json</a>.</p><nav>${links.join(' ')}</nav></header><main>${sections.join('')}<section id="schemas"><h2>schemas</h2>${schemas.join('')}</section></main></body></html>`;
}

function blockOf(path: string, method: string, operation: Operation): string {
  const {
    operationId = '',
    summary = '',
    description = '',
    parameters = [],
    requestBody,
    responses = {},
  } = operation;
  const rows = parameters.map(
    (one) =>
      `<tr><td><code>${escape(one.name)}</code></td><td>${escape(one.in)}${one.required === true ? ', required' : ''}</td><td>${escape(one.description ?? '')} ${inline(one.schema)}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ''
      : `<table><thead><tr><th scope="col">Parameter</th><th scope="col">In</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table>`;
  const body = Object.values(requestBody?.content ?? {}).map(
    ({ schema }) => `<h4>Body</h4>${json(schema)}`,
  );
  const answers = Object.entries(responses).map(
    ([status, { description: text = '', content = {} }]) => {
      const schema =
        status < '300'
          ? Object.values(content)
              .map((one) => json(one.schema))
              .join('')
          : '';
      return `<li><strong>${escape(status)}</strong> ${escape(text)}${schema}</li>`;
    },
  );
  return `<section class="operation" id="${escape(operationId)}"><h3><span class="method">${escape(method.toUpperCase())}</span> <code>${escape(path)}</code></h3><p>${escape(summary)}</p><p class="role">${escape(description)} Operation <code>${escape(operationId)}</code>.</p>${table}${body.join('')}<details><summary>Answers</summary><ul>${answers.join('')}</ul></details></section>`;
}

function inline(schema: Schema | undefined): string {
  const { type, enum: values, default: otherwise } = schema ?? {};
  const said = Array.isArray(values) ? values.join(' | ') : type;
  const parts = [
    ...(typeof said === 'string' ? [said] : []),
    ...(otherwise === undefined ? [] : [`default ${JSON.stringify(otherwise)}`]),
  ];
  return parts.length === 0 ? '' : `<code>${escape(parts.join(', '))}</code>`;
}

/** A schema as it is, its references made links. */
function json(schema: Schema | undefined): string {
  const text = escape(JSON.stringify(schema ?? {}, null, 1));
  const linked = text.replaceAll(
    /#\/components\/schemas\/(\w+)/g,
    '<a href="#schema-$1">#/components/schemas/$1</a>',
  );
  return `<pre tabindex="0">${linked}</pre>`;
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replaceAll(/[&<>"']/g, (char) => entities[char] ?? char);
}

export const DOCS_STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 64rem; padding: 1rem; }
nav a { margin-right: 1rem; }
.operation { border-top: 1px solid #8886; padding: 0.5rem 0 1rem; }
.method { font-size: 0.8em; font-weight: 700; }
.role { opacity: 0.85; }
pre { background: #8882; border-radius: 4px; max-height: 24rem; overflow: auto; padding: 0.75rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #8886; padding: 0.25rem 0.5rem; text-align: left; vertical-align: top; }
`;
