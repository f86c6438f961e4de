import type { ComponentChildren } from 'preact';
import type { TradingStatus, Worker } from '../../../src/client/index.ts';
import { useT } from '../i18n/translate.ts';
import { Icon, type IconName } from './icon.tsx';
import type { Tone } from './notice.tsx';

interface BadgeProps {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}

/** A state in a word: colour, shape and text say the same. */
export function Badge({ tone, icon, children }: BadgeProps) {
  return (
    <span class={`badge tone-${tone}`}>
      {icon === undefined ? <span class="badge-dot" aria-hidden="true" /> : <Icon name={icon} />}
      <span>{children}</span>
    </span>
  );
}

type State = Worker['state'];

export const STATE_TONES: Readonly<Record<State, Tone>> = {
  initializing: 'busy',
  initialized: 'busy',
  starting: 'busy',
  running: 'good',
  paused: 'warn',
  stopping: 'busy',
  stopped: 'quiet',
  error: 'bad',
  recovering: 'busy',
  reloading: 'busy',
  restarting: 'busy',
};

const STATE_ICONS: Readonly<Partial<Record<State, IconName>>> = {
  running: 'play',
  paused: 'pause',
  stopped: 'square',
  error: 'warning',
};

/** State of a worker. */
export function StateBadge({ state }: { readonly state: State }) {
  const t = useT();
  return (
    <Badge tone={STATE_TONES[state]} icon={STATE_ICONS[state] ?? 'clock'}>
      {t(`state.${state}`)}
    </Badge>
  );
}

type TradingState = TradingStatus['switches'][number]['state'];

const TRADING_TONES: Readonly<Record<TradingState, Tone>> = {
  active: 'good',
  'reduce-only': 'warn',
  halted: 'bad',
};

/** What may be traded. */
export function TradingBadge({ state }: { readonly state: TradingState }) {
  const t = useT();
  const icon = state === 'active' ? 'check' : state === 'halted' ? 'stop' : 'half';
  return (
    <Badge tone={TRADING_TONES[state]} icon={icon}>
      {t(`trading.${state}`)}
    </Badge>
  );
}
