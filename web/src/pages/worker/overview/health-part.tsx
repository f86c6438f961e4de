import { useEffect } from 'preact/hooks';
import type { AnswerOf } from '../../../../../src/client/index.ts';
import { AnswerPart } from '../../../components/answer-part.tsx';
import { Badge } from '../../../components/badge.tsx';
import type { Tone } from '../../../components/notice.tsx';
import { millisText } from '../../../data/format.ts';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';

type Health = AnswerOf<'getWorkerHealth'>;

const TONES: Readonly<Record<Health['health'], Tone>> = {
  ok: 'good',
  late: 'warn',
  stale: 'warn',
  down: 'quiet',
};

interface HealthPartProps {
  readonly id: string;
  /** Asks again when it changes. */
  readonly mark: string;
}

const EVERY_MS = 10_000;

/** Whether a worker is well, and why. */
export function HealthPart({ id, mark }: HealthPartProps) {
  const t = useT();
  const health = useAnswer('getWorkerHealth', { params: { id } }, { everyMs: EVERY_MS });
  useEffect(() => health.reload(), [mark]);
  return (
    <AnswerPart of={health}>
      {({ health: state, reason, loopDelayMs, staleTopics }) => (
        <>
          <p>
            <Badge tone={TONES[state]}>{t(`health.${state}`)}</Badge> {reason}
          </p>
          <p class="quiet">
            {t('status.loop')}: {millisText(loopDelayMs)}
          </p>
          {staleTopics.length > 0 && (
            <ul class="plain-list">
              {staleTopics.map(({ symbol, dataType, reason: why }) => (
                <li key={`${symbol}|${dataType}`}>
                  <span class="mono">
                    {symbol} {dataType}
                  </span>
                  : {why}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </AnswerPart>
  );
}
