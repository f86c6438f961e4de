import { useState } from 'preact/hooks';
import type { LogLine } from '../../../../../src/client/index.ts';
import { LivePart } from '../../../components/live-part.tsx';
import { Notice } from '../../../components/notice.tsx';
import { useChannel } from '../../../data/use-channel.ts';
import { useT } from '../../../i18n/translate.ts';
import type { TabProps } from '../tab-props.ts';
import { LogLines } from './log-lines.tsx';
import { LogTools } from './log-tools.tsx';
import { linesAfter, searchLines, type LogLevel } from './log-view.ts';

const NO_LINES: readonly LogLine[] = [];

/** The log of a worker as it is written. */
export function LogsTab({ worker: { id } }: TabProps) {
  const [level, setLevel] = useState<LogLevel | ''>('');
  return <Log key={level} id={id} level={level} onLevel={setLevel} />;
}

interface LogProps {
  readonly id: string;
  readonly level: LogLevel | '';
  readonly onLevel: (level: LogLevel | '') => void;
}

function Log({ id, level, onLevel }: LogProps) {
  const t = useT();
  const view = useChannel({
    channel: 'logs',
    workerId: id,
    lines: 1_000,
    ...(level !== '' && { level }),
  });
  const [search, setSearch] = useState('');
  const [isWrapped, setIsWrapped] = useState(true);
  /** What was there when somebody stopped the lines; they come on behind it. */
  const [held, setHeld] = useState<readonly LogLine[] | null>(null);
  /** The last line that was cleared away. */
  const [cleared, setCleared] = useState<LogLine | null>(null);
  const all = view.data?.lines ?? NO_LINES;
  const waiting = held === null ? 0 : linesAfter(all, held.at(-1) ?? null).length;
  const lines = searchLines(linesAfter(held ?? all, cleared), search);
  return (
    <LivePart of={view}>
      <LogTools
        id={id}
        level={level}
        onLevel={onLevel}
        search={search}
        onSearch={setSearch}
        isWrapped={isWrapped}
        onWrap={() => setIsWrapped(!isWrapped)}
        isPaused={held !== null}
        waiting={waiting}
        onPause={() => setHeld(held === null ? all : null)}
        onCleared={() => {
          setHeld(null);
          setCleared(all.at(-1) ?? null);
        }}
      />
      {view.missed > 0 && <Notice tone="warn">{t('logs.missed', { count: view.missed })}</Notice>}
      <LogLines id={id} lines={lines} isWrapped={isWrapped} isSearched={search.trim() !== ''} />
    </LivePart>
  );
}
