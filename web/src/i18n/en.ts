import { common } from './en/common.ts';
import { fleet } from './en/fleet.ts';
import { form } from './en/form.ts';
import { market } from './en/market.ts';
import { shell } from './en/shell.ts';
import { orders } from './en/orders.ts';
import { parts } from './en/parts.ts';
import { states } from './en/states.ts';
import { strategies } from './en/strategies.ts';
import { system } from './en/system.ts';
import { worker } from './en/worker.ts';

/** Every text of the page in English. What is in braces is filled in. */
export const en = {
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
} as const;

export type Key = keyof typeof en;
