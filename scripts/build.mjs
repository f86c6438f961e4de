// Builds dist/: the library by tsc, and the worker's entry as one bundled file, which starts twice as
// fast as its modules would. zod is a file of its own, so that the worker and the strategies it loads
// share one instance. Last, the dashboard, which is the folder dist/web.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { build as buildPages } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const buildInfo = join(root, 'node_modules/.cache/quantcell.tsbuildinfo');

// The compiler trusts its notes of the last build; without the output they are wrong.
if (!existsSync(dist)) rmSync(buildInfo, { force: true });

const tsc = createRequire(import.meta.url).resolve('typescript/package.json');
execFileSync(process.execPath, [join(dirname(tsc), 'bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  absWorkingDir: root,
};
// Every idle worker holds this file: the messages of fifty languages would be half of it.
const onlyEnglish = {
  name: 'only-english',
  setup: (setup) =>
    setup.onLoad({ filter: /zod[/\\]v4[/\\]locales[/\\]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      resolveDir: join(
        dirname(createRequire(import.meta.url).resolve('zod/package.json')),
        'v4/locales',
      ),
    })),
};

const sharedZod = {
  name: 'shared-zod',
  setup: (setup) =>
    setup.onResolve({ filter: /^zod$/ }, () => ({ path: './zod.mjs', external: true })),
};

await build({
  ...common,
  entryPoints: [join(root, 'scripts/zod-runtime.mjs')],
  outfile: join(dist, 'runtime/zod.mjs'),
  minify: true,
  plugins: [onlyEnglish],
});
await build({
  ...common,
  entryPoints: [join(root, 'src/worker/entry.ts')],
  outfile: join(dist, 'runtime/worker.mjs'),
  external: ['zeromq', 'koffi'],
  plugins: [sharedZod],
});
await build({
  ...common,
  // A module is loaded once a process: what is to be rehearsed more than once has a file for each time.
  entryPoints: [1, 2, 3].map((round) => ({
    in: join(root, 'scripts/rehearsal-strategy.mjs'),
    out: `rehearsal-strategy-${round}`,
  })),
  outdir: join(dist, 'runtime'),
  outExtension: { '.js': '.mjs' },
  sourcemap: true,
  plugins: [sharedZod],
});
writeFileSync(join(dist, 'runtime/package.json'), '{ "type": "module" }\n');
await buildPages({ configFile: join(root, 'web/vite.config.ts'), logLevel: 'warn' });
