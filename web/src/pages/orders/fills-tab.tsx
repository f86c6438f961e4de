import { LivePart } from '../../components/live-part.tsx';
import { Section } from '../../components/section.tsx';
import { FillsTable, newestFills } from '../../components/trading/fills-table.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';
import { MissedNotice } from './missed-notice.tsx';

/** What was traded of late, of all workers. */
export function FillsTab() {
  const t = useT();
  const view = useChannel({ channel: 'fills' });
  return (
    <Section title={t('orders.tab.fills')}>
      <MissedNotice count={view.missed} />
      <LivePart of={view}>
        <FillsTable
          caption={t('orders.tab.fills')}
          fills={newestFills(view.data?.fills.values() ?? [])}
          none={t('book.noFills')}
        />
      </LivePart>
    </Section>
  );
}
