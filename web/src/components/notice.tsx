import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet';

export const TONE_ICONS: Readonly<Record<Tone, IconName>> = {
  good: 'check',
  warn: 'warning',
  bad: 'stop',
  busy: 'clock',
  quiet: 'info',
};

interface NoticeProps {
  readonly tone: Tone;
  readonly children: ComponentChildren;
}

/** Something to know, in its place on the page. */
export function Notice({ tone, children }: NoticeProps) {
  return (
    <div class={`notice tone-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={TONE_ICONS[tone]} />
      <div class="notice-text">{children}</div>
    </div>
  );
}
