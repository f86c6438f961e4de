import type { TradingStatus, TradingSwitchView } from '../../../../src/client/index.ts';
import { TradingBadge } from '../../components/badge.tsx';
import { ActionButton } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { timeText } from '../../data/format.ts';
import { useT, type Translate } from '../../i18n/translate.ts';
import { switchesInForce } from './trading-summary.ts';

interface SwitchListProps {
  readonly status: TradingStatus;
  readonly onLift: (scope: string) => void;
}

/** What is halted or limited now, by whom and why; each can be lifted. */
export function SwitchList({ status, onLift }: SwitchListProps) {
  const t = useT();
  const set = switchesInForce(status);
  return (
    <section class="switches">
      <h3>{t('kill.inForce')}</h3>
      {status.closedBecause !== null && (
        <Notice tone="warn">{t('kill.closedBecause', { reason: status.closedBecause })}</Notice>
      )}
      {set.length === 0 ? (
        <p class="quiet">{t('kill.nothing')}</p>
      ) : (
        <ul>
          {set.map((one) => (
            <SwitchItem key={one.scope} one={one} onLift={onLift} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface SwitchItemProps {
  readonly one: TradingSwitchView;
  readonly onLift: (scope: string) => void;
}

function SwitchItem({ one, onLift }: SwitchItemProps) {
  const t = useT();
  return (
    <li class="switch-item">
      <div>
        <p>
          <TradingBadge state={one.state} /> <strong>{scopeText(t, one.scope)}</strong>
        </p>
        <p>{one.reason}</p>
        <p class="quiet">{t('kill.by', { by: one.by, time: timeText(one.at) })}</p>
      </div>
      <ActionButton needs="trade" onPress={() => onLift(one.scope)}>
        {t('kill.liftThis')}
      </ActionButton>
    </li>
  );
}

export function scopeText(t: Translate, scope: string): string {
  if (scope === 'all' || scope === 'account') return t(`kill.scope.${scope}`);
  return t('kill.scope.strategy', { id: scope.replace(/^strategy:/, '') });
}
