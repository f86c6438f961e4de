import { LivePart } from '../../components/live-part.tsx';
import { useChannel } from '../../data/use-channel.ts';
import { useT } from '../../i18n/translate.ts';

/** Every worker. */
export function FleetPage() {
  const t = useT();
  const view = useChannel({ channel: 'workers' });
  return (
    <>
      <h1 tabIndex={-1}>{t('fleet.title')}</h1>
      <LivePart of={view}>{view.data?.workers.size ?? 0}</LivePart>
    </>
  );
}
