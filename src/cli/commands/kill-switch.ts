import type { AnswerOf, TradingSwitchView } from '../../client/index.ts';
import { connect, type ConnectionFlags } from '../api/connection.ts';
import { confirm } from '../api/confirm.ts';
import { printAnswer, say, tableText } from '../api/print.ts';
import { ExitCode } from '../exit-code.ts';
import { formatLocalTime } from '../terminal/format.ts';
import { isAllAccepted, outcomesText } from './orders.ts';

/** Options of `quantcell halt`, `flatten` and `resume-trading`. */
export interface SwitchFlags extends ConnectionFlags {
  /** `all`, `account` or `strategy:ID`. */
  readonly scope: string;
  readonly reason?: string;
  readonly yes?: boolean;
  readonly reduceOnly?: boolean;
}

const REASON = 'from the command line';

/** Closing everything takes as long as the venue does, milliseconds. */
const FLATTEN_LIMIT_MS = 120_000;

/** `quantcell halt`: at once, without a question. */
export async function haltCommand(flags: SwitchFlags): Promise<number> {
  const { scope, reason = REASON, reduceOnly } = flags;
  const answer = await connect(flags).client.call('setKillSwitch', {
    body: { scope, state: reduceOnly === true ? 'reduce-only' : 'halted', reason },
  });
  printSwitches(flags, answer);
  return ExitCode.OK;
}

/** `quantcell resume-trading` */
export async function resumeTradingCommand(flags: SwitchFlags): Promise<number> {
  const { scope, reason = REASON } = flags;
  await confirm(`Let orders leave again in the scope ${scope}?`, flags);
  const answer = await connect(flags).client.call('setKillSwitch', {
    body: { scope, state: 'active', reason, confirm: true },
  });
  printSwitches(flags, answer);
  return ExitCode.OK;
}

/** `quantcell flatten` */
export async function flattenCommand(flags: SwitchFlags): Promise<number> {
  const { scope, reason = REASON } = flags;
  await confirm(`Cancel all orders, close all positions and halt in the scope ${scope}?`, flags);
  const answer = await connect(flags, FLATTEN_LIMIT_MS).client.call('flatten', {
    body: { scope, reason, confirm: true },
  });
  const { isDone, canceled, closed } = answer;
  printAnswer(flags, answer, () =>
    [
      `canceled: ${outcomesText(canceled, 'nothing was open')}`,
      `closed: ${outcomesText(closed, 'nothing was held')}`,
      isDone
        ? `${scope} holds nothing, has no open order, and is halted`
        : `${scope} is halted, and not flat yet: it is tried again once trading is open`,
    ].join('\n'),
  );
  return isDone && isAllAccepted([...canceled, ...closed]) ? ExitCode.OK : ExitCode.FAILED;
}

function printSwitches(flags: ConnectionFlags, answer: AnswerOf<'setKillSwitch'>): void {
  const { switches, kept } = answer;
  printAnswer(flags, answer, () => switchesText(switches));
  if (kept || flags.json === true) return;
  say('it holds, but could not be written down: it ends with the server');
}

function switchesText(switches: readonly TradingSwitchView[]): string {
  return tableText(
    ['SCOPE', 'STATE', 'SINCE', 'BY', 'REASON'],
    switches.map(({ scope, state, at, by, reason }) => [
      scope,
      state,
      formatLocalTime(at),
      by,
      reason,
    ]),
    'trading is active everywhere',
  );
}
