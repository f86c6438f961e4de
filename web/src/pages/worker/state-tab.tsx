import { AnswerPart } from '../../components/answer-part.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { JsonTree } from '../../components/json-tree.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import type { TabProps } from './tab-props.ts';

const EVERY_MS = 5_000;

/** What a strategy remembers, as it was saved last. */
export function StateTab({ worker: { id } }: TabProps) {
  const t = useT();
  const answer = useAnswer('getWorkerState', { params: { id } }, { everyMs: EVERY_MS });
  return (
    <Section title={t('worker.savedState')}>
      <AnswerPart of={answer}>
        {({ state }) =>
          state === null ? (
            <p class="quiet">{t('worker.noState')}</p>
          ) : (
            <>
              <Facts>
                <Fact name={t('worker.stateVersion')}>{state.version}</Fact>
                <Fact name={t('worker.stateSavedAt')}>
                  <Time at={state.savedAt} />
                </Fact>
              </Facts>
              <JsonTree value={state.data} openLevels={2} />
            </>
          )
        }
      </AnswerPart>
    </Section>
  );
}
