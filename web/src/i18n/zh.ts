import type { Key } from './en.ts';
import { common } from './zh/common.ts';
import { fleet } from './zh/fleet.ts';
import { form } from './zh/form.ts';
import { market } from './zh/market.ts';
import { shell } from './zh/shell.ts';
import { orders } from './zh/orders.ts';
import { parts } from './zh/parts.ts';
import { states } from './zh/states.ts';
import { strategies } from './zh/strategies.ts';
import { system } from './zh/system.ts';
import { worker } from './zh/worker.ts';

/** The same in Simplified Chinese: a key that is missing does not compile. */
export const zh = {
  ...common,
  ...shell,
  ...states,
  ...fleet,
  ...form,
  ...parts,
  ...worker,
  ...strategies,
  ...market,
  ...orders,
  ...system,
} as const satisfies Readonly<Record<Key, string>>;
