import { LivePart } from '../../../components/live-part.tsx';
import { Section } from '../../../components/section.tsx';
import { useChannel } from '../../../data/use-channel.ts';
import { useT } from '../../../i18n/translate.ts';
import { FeedTiles } from '../../market/feed-tiles.tsx';
import { ReadinessPart } from './readiness-part.tsx';
import { SystemFacts } from './system-facts.tsx';
import { TradingPart } from './trading-part.tsx';

/** How the system is. */
export function StatusTab() {
  const t = useT();
  const system = useChannel({ channel: 'system' });
  const market = useChannel({ channel: 'market', everyMs: 500 });
  return (
    <>
      <Section title={t('status.feed')}>
        <LivePart of={market}>
          {market.data !== null && <FeedTiles feed={market.data.feed} />}
        </LivePart>
      </Section>
      <div class="columns">
        <div class="column">
          <Section title={t('system.process')}>
            <LivePart of={system}>
              {system.data !== null && <SystemFacts system={system.data} />}
            </LivePart>
          </Section>
        </div>
        <div class="column">
          <Section title={t('system.readiness')}>
            <ReadinessPart />
          </Section>
          <Section title={t('system.trading')}>
            <TradingPart />
          </Section>
        </div>
      </div>
    </>
  );
}
