import type { ComponentChildren } from 'preact';
import { Badge } from '../components/badge.tsx';
import { connectionStore } from '../data/connection.ts';
import { rateText, spanText } from '../data/format.ts';
import { useStore } from '../data/store.ts';
import { useChannel } from '../data/use-channel.ts';
import { useT } from '../i18n/translate.ts';
import { TradingState } from './kill-switch/trading-state.tsx';

/** How the system is, in a line. */
export function StatusStrip() {
  const t = useT();
  const { state } = useStore(connectionStore);
  const { data: system, isLive } = useChannel({ channel: 'system' });
  const tone = state === 'live' ? 'good' : state === 'connecting' ? 'busy' : 'bad';
  return (
    <section class="status-strip" aria-label={t('shell.status')}>
      <Badge tone={tone} icon={state === 'live' ? 'plugged' : 'unplugged'}>
        {t(`connection.${state}`)}
      </Badge>
      {/* On a narrow screen the bar above has no room for it. */}
      <TradingState />
      {system !== null && (
        <dl class={`status-facts${isLive ? '' : ' is-old'}`}>
          <Fact name={t('status.venue')}>
            {system.venue === null ? '' : `${system.venue} · `}
            <span class={system.mode === 'live' ? 'mode-live' : ''}>
              {t(`mode.${system.mode}`)}
            </span>
          </Fact>
          <Fact name={t('status.feed')}>{system.feed}</Fact>
          <Fact name={t('status.workers')}>
            {system.workers.running}/{system.workers.total}
          </Fact>
          <Fact name={t('status.eventsIn')}>
            {rateText(system.eventsInPerSecond)}
            {t('common.perSecond')}
          </Fact>
          <Fact name={t('status.uptime')}>{spanText(system.uptimeMs)}</Fact>
        </dl>
      )}
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly children: ComponentChildren;
}

function Fact({ name, children }: FactProps) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd class="number">{children}</dd>
    </div>
  );
}
