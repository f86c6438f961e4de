import type { Bar } from '../model/bar.ts';
import type { MarketEvent } from '../model/market-event.ts';
import type { Topic } from './topic-book.ts';

/** Takes in bars from before everything that is remembered of a topic, oldest first; returns those after that. */
export function takePast(topic: Topic, bars: readonly Bar[], mostBars: number): readonly Bar[] {
  const { recent, seq } = topic;
  const oldest = recent.toArray()[0];
  const newestMs = recent.last()?.timestamp ?? Number.POSITIVE_INFINITY;
  const older =
    oldest === undefined ? bars : bars.filter((bar) => bar.timestamp < oldest.timestamp);
  const beforeSeq = seq - recent.size + 1;
  const known = topic.past?.beforeSeq === beforeSeq ? topic.past.bars : [];
  topic.past = { bars: joined(known, older).slice(-mostBars), beforeSeq };
  return bars.filter((bar) => bar.timestamp > newestMs);
}

/** Both in one row; without the known ones if it can't be seen that the others follow on them. */
function joined(known: readonly Bar[], others: readonly Bar[]): readonly Bar[] {
  const [first, last] = [others[0], others.at(-1)];
  const newest = known.at(-1);
  if (first === undefined || last === undefined) return known;
  if (newest === undefined || newest.timestamp < first.timestamp) return others;
  const before = known.filter(({ timestamp }) => timestamp < first.timestamp);
  const after = known.filter(({ timestamp }) => timestamp > last.timestamp);
  return [...before, ...others, ...after];
}

/** The last `count` of a topic's bars from before event number `beforeSeq`; none if what lies between is forgotten. */
export function pastBefore(topic: Topic, beforeSeq: number, count: number): readonly Bar[] {
  const { past } = topic;
  return past === undefined || past.beforeSeq !== beforeSeq || count <= 0
    ? []
    : past.bars.slice(-count);
}

/** The newest of a topic that is known. */
export function newestOf(topic: Topic): MarketEvent | undefined {
  const { recent, past, seq } = topic;
  return recent.last() ?? (past?.beforeSeq === seq + 1 ? past.bars.at(-1) : undefined);
}

/** The newest of a topic of bars that are known, oldest first. */
export function barsOf(topic: Topic, count: number): readonly Bar[] {
  const recent = topic.recent.toArray(count).filter((event) => event.type === 'bar');
  const beforeSeq = topic.seq - topic.recent.size + 1;
  return [...pastBefore(topic, beforeSeq, count - recent.length), ...recent];
}
