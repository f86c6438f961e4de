import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ServiceConfig } from '../system/config/config-schema.ts';
import { loadConfig, type LoadedConfig } from '../system/config/load-config.ts';
import { DEMO_CONFIG } from '../system/demo.ts';
import { UsageError } from './errors.ts';
import { homeOf } from './home.ts';

/** Options of `quantcell serve`. */
export interface ServeFlags {
  readonly config?: string;
  readonly port?: number;
  readonly home?: string;
  readonly demo?: boolean;
  readonly json?: boolean;
}

/** Name of the configuration in a home. */
export const CONFIG_NAME = 'quantcell.yaml';

/** Where a service keeps what it has, and how it is told what to do. */
export interface ServePlace {
  readonly home: string;
  /** Null for an embedded configuration. */
  readonly configPath: string | null;
  /** As it is now. @throws {ConfigError} */
  load(): LoadedConfig;
  /** Takes a temporary home away. */
  tidy(): void;
}

/** @throws {UsageError} */
export function readServeOptions(flags: ServeFlags): ServePlace {
  const { demo: isDemo = false } = flags;
  if (isDemo && flags.config !== undefined) {
    throw new UsageError('--demo has a configuration of its own: leave --config out');
  }
  const isTemporary = isDemo && flags.home === undefined;
  const home = isTemporary ? mkdtempSync(join(tmpdir(), 'quantcell-demo-')) : homeOf(flags.home);
  const configPath = isDemo ? null : configPathOf(flags, home);
  return {
    home,
    configPath,
    load: () => {
      const loaded = loadConfig({
        path: configPath,
        env: process.env,
        ...(isDemo && { embedded: DEMO_CONFIG }),
      });
      return { ...loaded, config: withPort(loaded.config, flags.port) };
    },
    tidy: () => {
      if (isTemporary) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** The file that is named, else that of the home; null if there is none. */
export function configPathOf({ config }: Pick<ServeFlags, 'config'>, home: string): string | null {
  if (config !== undefined) return resolve(config);
  const path = join(home, CONFIG_NAME);
  return existsSync(path) ? path : null;
}

function withPort(config: ServiceConfig, port: number | undefined): ServiceConfig {
  return port === undefined ? config : { ...config, server: { ...config.server, port } };
}
