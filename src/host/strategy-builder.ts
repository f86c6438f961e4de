import { createHash } from 'node:crypto';
import { existsSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type BuildFailure, type BuildResult, type Message, type Plugin } from 'esbuild';
import { messageOf, quote } from '../base/errors.ts';
import { DirectoryError, StrategyBuildError } from './errors.ts';

/** A strategy made ready for a worker to import. */
export interface BuiltStrategy {
  /** As given, made absolute. */
  readonly strategyPath: string;
  /** The bundled file, named by its content. */
  readonly modulePath: string;
  /** Every file that went in. */
  readonly inputs: readonly string[];
}

interface CacheEntry {
  readonly built: BuiltStrategy;
  /** Modification time and size of every file that went in. */
  readonly inputs: ReadonlyMap<string, string>;
}

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

const STRATEGY_API = fileURLToPath(new URL('../../dist/strategy/index.js', import.meta.url));
const SHARED_ZOD = new URL('../../dist/runtime/zod.mjs', import.meta.url).href;
const OWN_ZOD = fileURLToPath(import.meta.resolve('zod'));
/** Resolved where a strategy's own folder has none, so that one in a home needs no packages beside it. */
const OWN_INDICATORS = fileURLToPath(import.meta.resolve('trading-signals'));

/**
 * Compiles strategy files in the host, bundled with what they import, so that a worker needs no
 * compiler and a mistake is known before a process is taken. Unchanged files are compiled once.
 */
export class StrategyBuilder {
  readonly #directory: string;
  readonly #cache = new Map<string, CacheEntry>();

  /** Results go to `directory`. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * @throws {StrategyBuildError} codes `STRATEGY_NOT_FOUND`, `STRATEGY_COMPILE_FAILED`
   * @throws {DirectoryError} code `DIRECTORY_UNUSABLE` if the result can't be written
   */
  async build(path: string): Promise<BuiltStrategy> {
    const strategyPath = resolve(path);
    const cached = this.#cache.get(strategyPath);
    if (cached !== undefined && unchanged(cached.inputs)) return cached.built;
    checkFile(path, strategyPath);
    const result = await compile(strategyPath, this.#directory);
    const inputs = fingerprints(dirname(strategyPath), result);
    const modulePath = this.#write(strategyPath, result);
    const built = { strategyPath, modulePath, inputs: [...inputs.keys()] };
    this.#cache.set(strategyPath, { built, inputs });
    return built;
  }

  #write(strategyPath: string, result: BuildResult<{ write: false }>): string {
    const textOf = (suffix: string): string =>
      result.outputFiles.find((file) => file.path.endsWith(suffix))?.text ?? '';
    const code = textOf('.mjs');
    const hash = createHash('sha256').update(code).digest('hex').slice(0, 16);
    const name = `${basename(strategyPath, extname(strategyPath))}-${hash}.mjs`;
    const modulePath = join(this.#directory, name);
    if (existsSync(modulePath)) return modulePath;
    try {
      writeFileSync(`${modulePath}.map`, textOf('.map'));
      // Renamed into place, so that no worker ever imports half a file.
      writeFileSync(`${modulePath}.part`, `${code}//# sourceMappingURL=${name}.map\n`);
      renameSync(`${modulePath}.part`, modulePath);
    } catch (thrown) {
      throw new DirectoryError(
        'DIRECTORY_UNUSABLE',
        `can't write the compiled strategy ${quote(modulePath)}: ${messageOf(thrown)}`,
        { path: modulePath },
        thrown,
      );
    }
    return modulePath;
  }
}

function checkFile(given: string, strategyPath: string): void {
  if (!EXTENSIONS.includes(extname(strategyPath))) {
    throw new StrategyBuildError(
      'STRATEGY_NOT_FOUND',
      `${quote(given)} is not a strategy file: expected one that ends in ${EXTENSIONS.join(' ')}`,
      { strategyPath },
    );
  }
  if (!existsSync(strategyPath) || !statSync(strategyPath).isFile()) {
    throw new StrategyBuildError(
      'STRATEGY_NOT_FOUND',
      `there is no strategy file ${quote(given)} (looked for ${strategyPath})`,
      { strategyPath },
    );
  }
}

async function compile(
  strategyPath: string,
  outdir: string,
): Promise<BuildResult<{ write: false }>> {
  const url = pathToFileURL(strategyPath).href;
  try {
    return (await build({
      entryPoints: [strategyPath],
      outfile: join(outdir, 'strategy.mjs'),
      write: false,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      sourcemap: 'external',
      metafile: true,
      logLevel: 'silent',
      absWorkingDir: dirname(strategyPath),
      define: { 'import.meta.url': JSON.stringify(url) },
      // CommonJS packages in the bundle may still require Node's own modules.
      banner: {
        js: `import { createRequire as __createRequire } from 'node:module';const require = __createRequire(${JSON.stringify(url)});`,
      },
      plugins: [sharedModules],
    })) as BuildResult<{ write: false }>;
  } catch (thrown) {
    const errors = (thrown as Partial<BuildFailure>).errors ?? [];
    const where = errors.map(describe).join('; ');
    throw new StrategyBuildError(
      'STRATEGY_COMPILE_FAILED',
      `${strategyPath} does not compile: ${where === '' ? String(thrown) : where}`,
      { strategyPath, errors: errors.map(describe) },
      thrown,
    );
  }
}

function describe({ text, location }: Message): string {
  if (location === null) return text;
  return `${location.file}:${location.line}:${location.column + 1}: ${text}: ${location.lineText.trim()}`;
}

/** What a strategy shares with the worker that runs it: QuantCell's own words, and zod if it is the same one. */
const sharedModules: Plugin = {
  name: 'shared-modules',
  setup: (setup) => {
    setup.onResolve({ filter: /^quantcell(\/strategy)?$/ }, () => ({ path: STRATEGY_API }));
    setup.onResolve({ filter: /^zod$/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'own') return undefined;
      const { kind, importer, resolveDir } = rest;
      const own = await setup.resolve(path, { kind, importer, resolveDir, pluginData: 'own' });
      const isOurs = own.errors.length > 0 || realpathSync(own.path) === realpathSync(OWN_ZOD);
      return isOurs ? { path: SHARED_ZOD, external: true } : own;
    });
    setup.onResolve({ filter: /^trading-signals$/ }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'own') return undefined;
      const { kind, importer, resolveDir } = rest;
      const own = await setup.resolve(path, { kind, importer, resolveDir, pluginData: 'own' });
      return own.errors.length > 0 ? { path: OWN_INDICATORS } : own;
    });
  },
};

function fingerprints(base: string, result: BuildResult): Map<string, string> {
  const paths = Object.keys(result.metafile?.inputs ?? {}).map((input) => resolve(base, input));
  return new Map(paths.map((path) => [path, fingerprint(path) ?? '']));
}

function fingerprint(path: string): string | undefined {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}:${size}:${ino}`;
  } catch {
    return undefined;
  }
}

function unchanged(inputs: ReadonlyMap<string, string>): boolean {
  for (const [path, seen] of inputs) if (fingerprint(path) !== seen) return false;
  return true;
}
