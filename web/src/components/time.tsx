import { NONE, timeText } from '../data/format.ts';

/** A moment: local for the eye, exact in its title. Milliseconds since the Unix epoch. */
export function Time({ at }: { readonly at: number | null }) {
  if (at === null) return <span class="quiet">{NONE}</span>;
  const exact = new Date(at).toISOString();
  return (
    <time class="number nowrap" dateTime={exact} title={exact}>
      {timeText(at)}
    </time>
  );
}
