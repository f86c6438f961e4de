import type { FeedStatusView } from '../../../../src/client/index.ts';
import { Badge } from '../../components/badge.tsx';
import type { Tone } from '../../components/notice.tsx';
import { Tile, Tiles } from '../../components/tile.tsx';
import { Time } from '../../components/time.tsx';
import { numberText, rateText } from '../../data/format.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';

const TONES: Readonly<Record<FeedStatusView['state'], Tone>> = {
  starting: 'busy',
  live: 'good',
  stale: 'warn',
  ended: 'quiet',
  failed: 'bad',
};

/** The stream tells of the feed when its state or its rate changes; counts are asked for so often, milliseconds. */
const COUNTED_EVERY_MS = 2_000;

/** Whether market data comes in, in a few figures. */
export function FeedTiles({ feed: told }: { readonly feed: FeedStatusView }) {
  const t = useT();
  const { data: counted } = useAnswer('getFeed', {}, { everyMs: COUNTED_EVERY_MS });
  const feed = counted !== null && counted.eventsIn > told.eventsIn ? counted : told;
  const { state, reason } = told;
  const { stale, topics } = feed;
  return (
    <Tiles>
      <Tile label={t('status.feed')} note={reason ?? undefined}>
        {feed.feed}{' '}
        <Badge tone={TONES[state]} icon={state === 'live' ? 'plugged' : 'unplugged'}>
          {t(`feed.${state}`)}
        </Badge>
      </Tile>
      <Tile label={t('fleet.events')}>{rateText(feed.eventsPerSecond)}</Tile>
      <Tile
        label={t('status.eventsIn')}
        note={t('market.late', { count: numberText(feed.eventsLate) })}
      >
        {numberText(feed.eventsIn)}
      </Tile>
      <Tile label={t('status.eventsOut')}>{numberText(feed.eventsOut)}</Tile>
      <Tile
        label={t('market.topics')}
        note={
          stale.length === 0
            ? t('market.noneStale')
            : t('market.someStale', { count: stale.length })
        }
      >
        {topics}
      </Tile>
      <Tile label={t('market.lastEvent')}>
        <Time at={feed.lastEventAt} />
      </Tile>
    </Tiles>
  );
}
