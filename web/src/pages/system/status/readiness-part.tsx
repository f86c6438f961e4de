import { ApiCallError, type AnswerOf } from '../../../../../src/client/index.ts';
import { AnswerPart } from '../../../components/answer-part.tsx';
import { Badge } from '../../../components/badge.tsx';
import { Fact, Facts } from '../../../components/facts.tsx';
import { useAnswer, type Answer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';
import { clockText } from '../../../data/format.ts';

type Readiness = AnswerOf<'getReady'>;

const EVERY_MS = 5_000;

/** Whether everything is started, check by check. */
export function ReadinessPart() {
  const ready = useAnswer('getReady', {}, { everyMs: EVERY_MS });
  const missing = missingOf(ready);
  if (missing !== null) return <Checks readiness={missing} at={Date.now()} />;
  return <AnswerPart of={ready}>{(data) => <Checks readiness={data} at={null} />}</AnswerPart>;
}

/** A server that is not ready refuses, and says in the refusal what is missing. */
function missingOf({ error }: Answer<'getReady'>): Readiness | null {
  if (!(error instanceof ApiCallError)) return null;
  const { checks } = error.problem as { readonly checks?: unknown };
  return Array.isArray(checks)
    ? { status: 'not-ready', checks: checks as Readiness['checks'] }
    : null;
}

interface ChecksProps {
  readonly readiness: Readiness;
  /** Null where what is around it says it. */
  readonly at: number | null;
}

function Checks({ readiness: { status, checks }, at }: ChecksProps) {
  const t = useT();
  const isReady = status === 'ready';
  return (
    <>
      <p>
        <Badge tone={isReady ? 'good' : 'bad'} icon={isReady ? 'check' : 'warning'}>
          {t(isReady ? 'system.ready' : 'system.notReady')}
        </Badge>
        {at !== null && <span class="quiet"> {t('common.asOf', { time: clockText(at) })}</span>}
      </p>
      <Facts>
        {checks.map((check) => (
          <Fact key={check.name} name={check.name}>
            <Badge tone={check.isReady ? 'good' : 'bad'} icon={check.isReady ? 'check' : 'warning'}>
              {t(check.isReady ? 'system.checkReady' : 'system.checkNotReady')}
            </Badge>{' '}
            {check.reason}
          </Fact>
        ))}
      </Facts>
    </>
  );
}
