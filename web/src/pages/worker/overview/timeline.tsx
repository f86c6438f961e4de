import { useEffect, useState } from 'preact/hooks';
import { AnswerPart } from '../../../components/answer-part.tsx';
import { Badge, StateBadge } from '../../../components/badge.tsx';
import { Button } from '../../../components/button.tsx';
import { Time } from '../../../components/time.tsx';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';
import type { TabProps } from '../tab-props.ts';
import { ExitDetails } from './exit-details.tsx';
import { timelineOf, type TimelineEntry } from './timeline-entries.ts';

const SHOWN_AT_FIRST = 20;

/** Every move of a worker's state and every end of a process, newest first. */
export function Timeline({ worker, transitions }: TabProps) {
  const t = useT();
  const { id, lastExit } = worker;
  const history = useAnswer('getWorkerHistory', { params: { id } });
  const [isWhole, setIsWhole] = useState(false);
  // Moves come with the stream; ends do not.
  useEffect(() => history.reload(), [lastExit?.at]);
  return (
    <AnswerPart of={history}>
      {({ transitions: before, exits }) => {
        const entries = timelineOf([...before, ...transitions], exits);
        const shown = isWhole ? entries : entries.slice(0, SHOWN_AT_FIRST);
        return (
          <>
            <ol class="timeline">
              {shown.map((entry) => (
                <li key={keyOf(entry)} class={`timeline-${entry.kind}`}>
                  <Time at={entry.at} />
                  <div>{entry.kind === 'move' ? <Move {...entry} /> : <Exit {...entry} />}</div>
                </li>
              ))}
            </ol>
            {entries.length > shown.length && (
              <Button onPress={() => setIsWhole(true)}>
                {t('parts.showAll', { count: entries.length })}
              </Button>
            )}
          </>
        );
      }}
    </AnswerPart>
  );
}

function Move({ move }: Extract<TimelineEntry, { kind: 'move' }>) {
  return (
    <p>
      <StateBadge state={move.to} /> {move.trigger}
    </p>
  );
}

function Exit({ exit }: Extract<TimelineEntry, { kind: 'exit' }>) {
  const t = useT();
  return (
    <>
      <p>
        <Badge tone={exit.expected ? 'quiet' : 'bad'} icon={exit.expected ? 'square' : 'warning'}>
          {t(exit.expected ? 'worker.exitMeant' : 'worker.exitNotMeant')}
        </Badge>
      </p>
      <ExitDetails exit={exit} />
    </>
  );
}

function keyOf(entry: TimelineEntry): string {
  return entry.kind === 'move' ? `m${entry.move.revision}` : `e${entry.at}`;
}
