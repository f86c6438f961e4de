import { settlesWithin } from '../../base/deadline.ts';
import { quote } from '../../base/errors.ts';
import { mayAct } from '../../model/role.ts';
import type { Service } from '../../system/service/service.ts';
import type { Call, Handlers } from '../call.ts';
import type { AnswerOf } from '../contract/routes.ts';
import { ApiError } from '../errors.ts';
import { outcomeView } from '../views/order-views.ts';
import { tradingView } from '../views/trading-view.ts';
import { checkWorker, executionOf, type Execution } from './trading-venue.ts';

/** Nobody who halts waits longer for the disk, milliseconds. */
const MAX_KEPT_MS = 1_000;
/** Nor longer for a venue that closes positions, milliseconds. */
const MAX_FLATTEN_MS = 30_000;

/** How the reason of a flatten that is not done begins: the engine goes on with such a one. */
const FLATTEN = 'flatten:';

type TradingScope = Parameters<Execution['setTradingState']>[0];
type KillSwitchHandlers = Handlers<'getKillSwitch' | 'setKillSwitch' | 'flatten'>;

/** Halts, limits and lifts trading. */
export function killSwitchHandlers({ service }: { readonly service: Service }): KillSwitchHandlers {
  return {
    getKillSwitch: () => ({ switches: tradingView(service.execution).switches }),
    setKillSwitch: (call) => setSwitch(service, call),
    flatten: (call) => flatten(service, call),
  };
}

async function setSwitch(
  service: Service,
  { body, caller }: Call<'setKillSwitch'>,
): Promise<AnswerOf<'setKillSwitch'>> {
  const execution = executionOf(service);
  const { state, reason } = body;
  const scope = scopeOf(service, body.scope);
  const current = execution.desk.switchOf(scope);
  if (state === 'reduce-only' && reason.startsWith(FLATTEN)) {
    throw new ApiError(
      'INVALID_SWITCH',
      `the reason ${quote(reason)} is that of a flatten: use POST /flatten, or other words`,
      { scope, reason },
    );
  }
  if (isLoosening(state, current)) checkMayLoosen(body, caller);
  const change = execution.setTradingState(scope, state, caller.name, reason);
  const kept = (await settlesWithin(change.kept, MAX_KEPT_MS)) && (await change.kept);
  return { switches: tradingView(execution).switches, kept };
}

async function flatten(
  service: Service,
  { body, caller }: Call<'flatten'>,
): Promise<AnswerOf<'flatten'>> {
  const execution = executionOf(service);
  const flattening = execution.flatten(scopeOf(service, body.scope), caller.name, body.reason);
  if (!(await settlesWithin(flattening, MAX_FLATTEN_MS))) {
    return { isDone: false, canceled: [], closed: [] };
  }
  const { isDone, canceled, closed } = await flattening;
  return { isDone, canceled: canceled.map(outcomeView), closed: closed.map(outcomeView) };
}

/** @throws {WorkerError} code `UNKNOWN_WORKER` */
function scopeOf(service: Service, text: string): TradingScope {
  const [, workerId] = text.split(':', 2);
  if (workerId !== undefined) checkWorker(service, workerId);
  // As the contract has it: all, account or strategy:WORKER_ID.
  return text as TradingScope;
}

type Current = ReturnType<Execution['desk']['switchOf']>;

/** More may be traded afterwards, or a flatten that is under way would be given up. */
function isLoosening(state: Call<'setKillSwitch'>['body']['state'], current: Current): boolean {
  if (state === 'active') return true;
  if (state === 'halted' || current === undefined) return false;
  return current.state === 'halted' || current.reason.startsWith(FLATTEN);
}

/** @throws {ApiError} codes `ROLE_NEEDED`, `CONFIRMATION_NEEDED` */
function checkMayLoosen(
  { scope, state, confirm }: Call<'setKillSwitch'>['body'],
  { role }: Call<'setKillSwitch'>['caller'],
): void {
  if (!mayAct(role, 'trade')) {
    throw new ApiError(
      'ROLE_NEEDED',
      `setting ${quote(scope)} to ${quote(state)} lets more be traded and needs the role "trade": this token has ${quote(role)}`,
      { role, needed: 'trade' },
    );
  }
  if (confirm !== true) {
    throw new ApiError(
      'CONFIRMATION_NEEDED',
      `setting ${quote(scope)} to ${quote(state)} lets more be traded: send "confirm": true with it`,
      { scope, state },
    );
  }
}
