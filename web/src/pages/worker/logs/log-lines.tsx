import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LogLine } from '../../../../../src/client/index.ts';
import { Button } from '../../../components/button.tsx';
import { clockText } from '../../../data/format.ts';
import { useT } from '../../../i18n/translate.ts';
import { factsText } from './log-view.ts';

interface LogLinesProps {
  readonly id: string;
  readonly lines: readonly LogLine[];
  readonly isWrapped: boolean;
  readonly isSearched: boolean;
}

const STEP = 500;
/** Closer to the end than this counts as at the end, pixels. */
const NEAR = 24;

/** The last lines; who is at the end stays there, who has gone back is left alone. */
export function LogLines({ id, lines, isWrapped, isSearched }: LogLinesProps) {
  const t = useT();
  const place = useRef<HTMLDivElement>(null);
  const [count, setCount] = useState(STEP);
  const [isFollowing, setIsFollowing] = useState(true);
  const shown = lines.slice(-count);
  const older = lines.length - shown.length;
  const toEnd = (): void => {
    const element = place.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isFollowing) toEnd();
  });
  return (
    <div class="log-frame">
      <div
        class={`log ${isWrapped ? 'log-wrapped' : ''}`}
        ref={place}
        role="log"
        aria-live="off"
        aria-label={t('logs.title', { id })}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) =>
          setIsFollowing(scrollHeight - scrollTop - clientHeight < NEAR)
        }
      >
        {older > 0 && (
          <Button onPress={() => setCount(count + STEP)}>
            {t('logs.older', { count: Math.min(older, STEP) })}
          </Button>
        )}
        {shown.length === 0 && (
          <p class="quiet">{isSearched ? t('logs.noMatch') : t('logs.none')}</p>
        )}
        {shown.map((line) => (
          <LogRow key={keyOf(line)} line={line} />
        ))}
      </div>
      <p class="log-foot quiet number">
        {t('logs.count', { count: lines.length })}
        {!isFollowing && (
          <Button
            icon="down"
            onPress={() => {
              setIsFollowing(true);
              toEnd();
            }}
          >
            {t('logs.toEnd')}
          </Button>
        )}
      </p>
    </div>
  );
}

function LogRow({ line }: { readonly line: LogLine }) {
  const { at, level, message, facts } = line;
  return (
    <p class={`log-line log-${level}`}>
      <time class="quiet" dateTime={new Date(at).toISOString()}>
        {clockText(at)}.{String(at % 1_000).padStart(3, '0')}
      </time>{' '}
      <span class="log-level">{level}</span> {message} <span class="quiet">{factsText(facts)}</span>
    </p>
  );
}

/** A line has no number of its own, but stays the same object for as long as it is known. */
const keys = new WeakMap<LogLine, number>();
let lastKey = 0;

function keyOf(line: LogLine): number {
  let key = keys.get(line);
  if (key === undefined) {
    lastKey += 1;
    key = lastKey;
    keys.set(line, key);
  }
  return key;
}
