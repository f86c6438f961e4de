import { readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const MAX_FILE_LINES = 400;

/** Folder of src -> the folders of src that it may import beside itself. */
const MAY_IMPORT = {
  base: [],
  model: ['base'],
  storage: ['base'],
  exchange: ['base', 'model'],
  lifecycle: ['base', 'model'],
  strategy: ['model'],
  protocol: ['base', 'model', 'lifecycle'],
  ipc: ['base', 'model', 'protocol'],
  worker: ['base', 'model', 'lifecycle', 'strategy', 'protocol', 'ipc'],
  host: ['base', 'model', 'storage', 'lifecycle', 'protocol', 'ipc'],
  market: ['base', 'model', 'exchange'],
  execution: ['base', 'model', 'storage', 'exchange'],
  system: [
    'base',
    'model',
    'storage',
    'exchange',
    'lifecycle',
    'strategy',
    'protocol',
    'ipc',
    'host',
    'market',
    'execution',
  ],
  api: ['base', 'model', 'lifecycle', 'system'],
  client: ['api'],
  'sim-exchange': ['base', 'model'],
  cli: ['base', 'system', 'api', 'client', 'sim-exchange'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

type Layer = keyof typeof MAY_IMPORT;
const LAYERS = Object.keys(MAY_IMPORT) as Layer[];

/** What runs in processes of its own is not for src/index.ts, the package's public face. */
const NOT_FOR_ROOT: readonly string[] = ['worker', 'client', 'sim-exchange'] satisfies Layer[];
const ROOT_MAY_IMPORT: readonly string[] = LAYERS.filter((layer) => !NOT_FOR_ROOT.includes(layer));

/** Folders that import no package at all; of these, base alone may import node's builtins. */
const WITHOUT_PACKAGES: ReadonlySet<string> = new Set<Layer>([
  'base',
  'model',
  'lifecycle',
  'strategy',
  'client',
]);

/** What a browser may get as well: of the API, the client knows what goes over the wire and nothing else. */
const CONTRACT = /^src\/api\/contract(?:\.ts$|\/)/;

interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** Comments, regular expressions, strings, templates: in this order at each place of a source text. */
const LEXEMES =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<=(?:[(=,:[!&|?{};]|return|=>)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

const STATIC_IMPORT = /^[ \t]*(?:import|export)\b(?:[^'"`;()]*?\bfrom)?\s*(['"])([^'"\n]+)\1/gm;
const CALLED_IMPORT = /\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\1/g;

/** The source without comments, regular expressions and templates: only code and plain strings. */
function bareCode(text: string): string {
  return text.replaceAll(LEXEMES, (lexeme) =>
    lexeme.startsWith("'") || lexeme.startsWith('"') ? lexeme : ' ',
  );
}

/** What a source imports: static, re-exported, `import type`, `import('...')`, `require('...')`. */
function importsOf(text: string): string[] {
  const code = bareCode(text);
  return [...code.matchAll(STATIC_IMPORT), ...code.matchAll(CALLED_IMPORT)].map(
    (match) => match[2] as string,
  );
}

function resolveImport(path: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(path), specifier));
}

function layerOf(path: string): string | undefined {
  if (path === 'src/index.ts') return 'root';
  const layer = /^src\/([^/]+)\//.exec(path)?.[1];
  return layer !== undefined && layer in MAY_IMPORT ? layer : undefined;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'no other folder of src' : names.join(', ');
}

function faultOfPackageImport(layer: string, specifier: string): string | undefined {
  if (/^quantcell(\/|$)/.test(specifier)) return 'src does not import itself by its package name';
  if (!WITHOUT_PACKAGES.has(layer)) return undefined;
  if (layer === 'base') {
    return specifier.startsWith('node:') ? undefined : 'base imports node builtins and no package';
  }
  return `${layer} imports no package and no node builtin`;
}

function faultOfImport(path: string, layer: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return faultOfPackageImport(layer, specifier);
  const target = resolveImport(path, specifier);
  const targetLayer = layerOf(target);
  if (targetLayer === layer) return undefined;
  if (targetLayer === undefined) return `${target} is in no known folder of src`;
  if (layer === 'client' && targetLayer === 'api' && !CONTRACT.test(target)) {
    return 'client may import the contract of api alone';
  }
  const allowed = layer === 'root' ? ROOT_MAY_IMPORT : MAY_IMPORT[layer as Layer];
  return (allowed as readonly string[]).includes(targetLayer)
    ? undefined
    : `${layer} may import ${list(allowed)}`;
}

/** One sentence per import that the table does not allow. */
function importFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const layer = layerOf(path);
    if (layer === undefined) return [`${path} is in no known folder of src`];
    return importsOf(text).flatMap((specifier) => {
      const fault = faultOfImport(path, layer, specifier);
      return fault === undefined ? [] : [`${path} imports '${specifier}': ${fault}`];
    });
  });
}

/** Each import that closes a circle, as the circle. */
function importCycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map(({ path, text }) => {
      const relative = importsOf(text).filter((specifier) => specifier.startsWith('.'));
      return [path, new Set(relative.map((specifier) => resolveImport(path, specifier)))] as const;
    }),
  );
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[] = [];
  function visit(path: string): void {
    if (trail.includes(path)) {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const target of targets.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  }
  for (const { path } of files) visit(path);
  return cycles;
}

function lengthFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > MAX_FILE_LINES ? [`${path} has ${lines} lines, at most ${MAX_FILE_LINES}`] : [];
  });
}

function nameFaults(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => !/^src(\/[a-z0-9]+(-[a-z0-9]+)*)+\.ts$/.test(path))
    .map(({ path }) => `${path} is not named in kebab-case`);
}

function exportFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) => {
    const code = bareCode(text);
    const faults: string[] = [];
    if (/^[ \t]*export\s+(type\s+)?\*/m.test(code)) faults.push(`${path} has an export *`);
    if (/^[ \t]*export\s+default\b|\bas\s+default\b/m.test(code)) {
      faults.push(`${path} has a default export`);
    }
    return faults;
  });
}

function sourceFiles(): SourceFile[] {
  return readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => posix.join('src', name.replaceAll('\\', '/')))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** What the dashboard is made with; its chart is the second. */
const WEB_PACKAGES = /^(preact(\/|$)|lightweight-charts$)/;
const CLIENT_ENTRY = 'src/client/index.ts';

/** The dashboard knows the client alone, and nothing that a browser does not have. */
function webFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    importsOf(text).flatMap((specifier) => {
      const target = resolveImport(path, specifier);
      const isAllowed = specifier.startsWith('.')
        ? target.startsWith('web/src/') || target === CLIENT_ENTRY
        : WEB_PACKAGES.test(specifier);
      return isAllowed ? [] : [`${path} imports '${specifier}'`];
    }),
  );
}

function webFiles(): SourceFile[] {
  return readdirSync(join(ROOT, 'web/src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => posix.join('web/src', name.replaceAll('\\', '/')))
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

interface LintOverride {
  readonly files: readonly string[];
  readonly rules?: Readonly<Record<string, unknown>>;
}

/** The patterns that the linter forbids to a folder, as .oxlintrc.json has them. */
function lintPatterns(glob: string): RegExp[] {
  const config = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as {
    overrides: readonly LintOverride[];
  };
  const rules = config.overrides
    .filter(({ files }) => files.includes(glob))
    .map(({ rules: overridden }) => overridden?.['no-restricted-imports'])
    .filter((rule) => rule !== undefined) as [string, { patterns: { regex: string }[] }][];
  return rules.flatMap(([, { patterns }]) => patterns.map(({ regex }) => new RegExp(regex)));
}

describe('the sources', () => {
  const files = sourceFiles();

  it('are found', () => {
    expect(files.length).toBeGreaterThan(10);
  });

  it('import only what the table allows', () => {
    expect(importFaults(files)).toEqual([]);
  });

  it('have no import cycles, type imports included', () => {
    expect(importCycles(files)).toEqual([]);
  });

  it(`have at most ${MAX_FILE_LINES} lines`, () => {
    expect(lengthFaults(files)).toEqual([]);
  });

  it('are named in kebab-case', () => {
    expect(nameFaults(files)).toEqual([]);
  });

  it('list their exports one by one, none of them a default', () => {
    expect(exportFaults(files)).toEqual([]);
  });
});

describe('the dashboard', () => {
  const files = webFiles();

  it('imports itself, the client and its own packages', () => {
    expect(files.length).toBeGreaterThan(10);
    expect(webFaults(files)).toEqual([]);
  });

  it('has no import cycles, type imports included', () => {
    expect(importCycles(files)).toEqual([]);
  });

  it('lists its exports one by one in files that are short enough', () => {
    expect([...exportFaults(files), ...lengthFaults(files)]).toEqual([]);
  });

  it.each(['../../../src/api/server.ts', '../../../src/client/client.ts', 'node:fs', 'zod'])(
    'may not import %s',
    (specifier) => {
      const planted = { path: 'web/src/data/planted.ts', text: `import '${specifier}';` };
      expect(webFaults([planted])).toHaveLength(1);
    },
  );
});

describe('the linter', () => {
  it('forbids the dashboard all of src but the client', () => {
    const patterns = lintPatterns('web/src/**/*.{ts,tsx}');
    const forbids = (path: string): boolean => patterns.some((pattern) => pattern.test(path));
    const others = LAYERS.filter((layer) => layer !== 'client');
    expect(others.filter((layer) => !forbids(`../../../src/${layer}/a.ts`))).toEqual([]);
    expect(forbids('../../../src/client/stream.ts')).toBe(true);
    expect(forbids('../../../src/client/index.ts')).toBe(false);
  });

  it.each(LAYERS)('forbids src/%s the same imports as the table', (layer) => {
    const patterns = lintPatterns(`src/${layer}/**/*.ts`);
    const file = layer === 'client' ? 'contract.ts' : 'some-file.ts';
    const forbidden = LAYERS.filter((other) =>
      patterns.some((pattern) => pattern.test(`../${other}/${file}`)),
    );
    const allowed: readonly string[] = MAY_IMPORT[layer];
    expect(forbidden).toEqual(
      LAYERS.filter((other) => other !== layer && !allowed.includes(other)),
    );
  });

  it('forbids src/client all of src/api but the contract', () => {
    const patterns = lintPatterns('src/client/**/*.ts');
    const forbids = (path: string): boolean => patterns.some((pattern) => pattern.test(path));
    expect(
      ['../api/server.ts', '../../api/routes/a.ts', '../api/contracts.ts'].map(forbids),
    ).toEqual([true, true, true]);
    expect(['../api/contract.ts', '../../api/contract/worker.ts'].map(forbids)).toEqual([
      false,
      false,
    ]);
  });

  it('forbids src/index.ts the same imports as the table', () => {
    const patterns = lintPatterns('src/index.ts');
    const forbidden = LAYERS.filter((layer) =>
      patterns.some((pattern) => pattern.test(`./${layer}/some-file.ts`)),
    );
    expect(forbidden).toEqual(NOT_FOR_ROOT);
  });
});

describe('the check of imports', () => {
  const planted = (path: string, text: string): string[] => importFaults([{ path, text }]);

  it.each([
    ['a value import', "import { a } from '../base/a.ts';"],
    ['a type import', "import type { A } from '../base/a.ts';"],
    ['an import for its effects', "import '../base/a.ts';"],
    ['a namespace import', "import * as a from '../base/a.ts';"],
    ['an import over many lines', "import {\n  a, // one\n  type B,\n} from '../base/a.ts';"],
    ['a re-export', "export { a } from '../base/a.ts';"],
    ['a re-export of types', "export type { A } from '../base/a.ts';"],
    ['an export of all', "export * from '../base/a.ts';"],
    ['a dynamic import', "const a = await import('../base/a.ts');"],
    ['a dynamic import over many lines', "const a = await import(\n  '../base/a.ts'\n);"],
    ['an import in a type', "type A = import('../base/a.ts').A;"],
    ['a require', 'const a = require("../base/a.ts");'],
    ['an import behind a quote in a regular expression', "f(/['`]/);\nimport '../base/a.ts';"],
  ])('catches %s', (_what, text) => {
    expect(planted('src/strategy/planted.ts', text)).toEqual([
      "src/strategy/planted.ts imports '../base/a.ts': strategy may import model",
    ]);
  });

  it.each([
    ['a line comment', "// import { a } from '../base/a.ts';"],
    ['a block comment', "/*\nimport { a } from '../base/a.ts';\n*/"],
    ['a template', "const code = `\nimport { a } from '../base/a.ts';\n`;"],
    ['a URL', "const entry = new URL('../base/a.ts', import.meta.url);"],
  ])('passes over %s', (_what, text) => {
    expect(planted('src/strategy/planted.ts', text)).toEqual([]);
  });

  it('catches an import from a folder within a layer', () => {
    expect(planted('src/host/pool/planted.ts', "import { a } from '../../market/a.ts';")).toEqual([
      "src/host/pool/planted.ts imports '../../market/a.ts': host may import base, model, storage, lifecycle, protocol, ipc",
    ]);
  });

  it.each(['worker', 'market', 'execution'])('catches host importing %s', (layer) => {
    expect(planted('src/host/planted.ts', `import '../${layer}/a.ts';`)).toHaveLength(1);
  });

  it('catches client importing more of api than the contract', () => {
    expect(planted('src/client/planted.ts', "import '../api/contract.ts';")).toEqual([]);
    expect(planted('src/client/planted.ts', "import '../api/contract/a.ts';")).toEqual([]);
    expect(planted('src/client/planted.ts', "import '../api/server.ts';")).toEqual([
      "src/client/planted.ts imports '../api/server.ts': client may import the contract of api alone",
    ]);
  });

  it.each(['base', 'system', 'host', 'sim-exchange'])('catches %s importing api', (layer) => {
    expect(planted(`src/${layer}/planted.ts`, "import '../api/contract.ts';")).toHaveLength(1);
  });

  it('catches the root importing worker', () => {
    expect(planted('src/index.ts', "export { a } from './worker/a.ts';")).toHaveLength(1);
  });

  it('catches a layer importing the root', () => {
    expect(planted('src/api/planted.ts', "import { a } from '../index.ts';")).toHaveLength(1);
  });

  it('catches a package in base', () => {
    expect(planted('src/base/planted.ts', "import { z } from 'zod';")).toHaveLength(1);
  });

  it('lets base import a node builtin', () => {
    expect(planted('src/base/planted.ts', "import { join } from 'node:path';")).toEqual([]);
  });

  it('catches a node builtin in lifecycle', () => {
    expect(planted('src/lifecycle/planted.ts', "import { join } from 'node:path';")).toHaveLength(
      1,
    );
  });

  it('catches src importing itself by its package name', () => {
    expect(planted('src/host/planted.ts', "import { a } from 'quantcell';")).toHaveLength(1);
  });

  it('catches a file outside of the known folders', () => {
    expect(planted('src/utils/planted.ts', '')).toEqual([
      'src/utils/planted.ts is in no known folder of src',
    ]);
  });
});

describe('the check of cycles', () => {
  it('catches a cycle of type imports', () => {
    const cycles = importCycles([
      { path: 'src/base/a.ts', text: "import type { B } from './b.ts';" },
      { path: 'src/base/b.ts', text: "import type { C } from './c.ts';" },
      { path: 'src/base/c.ts', text: "import type { A } from './a.ts';" },
    ]);
    expect(cycles).toEqual(['src/base/a.ts -> src/base/b.ts -> src/base/c.ts -> src/base/a.ts']);
  });

  it('passes over two ways to the same file', () => {
    const cycles = importCycles([
      { path: 'src/base/a.ts', text: "import './b.ts';\nimport './c.ts';" },
      { path: 'src/base/b.ts', text: "import './c.ts';" },
      { path: 'src/base/c.ts', text: '' },
    ]);
    expect(cycles).toEqual([]);
  });
});

describe('the checks of form', () => {
  it('catch a file that is too long', () => {
    const text = 'a;\n'.repeat(MAX_FILE_LINES + 1);
    expect(lengthFaults([{ path: 'src/base/a.ts', text }])).toEqual([
      'src/base/a.ts has 401 lines, at most 400',
    ]);
  });

  it('let a file of just the limit pass', () => {
    expect(lengthFaults([{ path: 'src/base/a.ts', text: 'a;\n'.repeat(MAX_FILE_LINES) }])).toEqual(
      [],
    );
  });

  it.each(['src/base/rateGate.ts', 'src/base/RateGate.ts', 'src/base/rate_gate.ts'])(
    'catch the name %s',
    (path) => {
      expect(nameFaults([{ path, text: '' }])).toHaveLength(1);
    },
  );

  it.each(["export * from './b.ts';", "export * as b from './b.ts';"])('catch %s', (text) => {
    expect(exportFaults([{ path: 'src/base/a.ts', text }])).toEqual([
      'src/base/a.ts has an export *',
    ]);
  });

  it.each(['export default class A {}', 'export { a as default };'])('catch %s', (text) => {
    expect(exportFaults([{ path: 'src/base/a.ts', text }])).toEqual([
      'src/base/a.ts has a default export',
    ]);
  });
});
