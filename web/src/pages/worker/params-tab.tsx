import { AnswerPart } from '../../components/answer-part.tsx';
import { Section } from '../../components/section.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { ParamsForm } from './params-form.tsx';
import type { TabProps } from './tab-props.ts';

/** The parameters of a worker: what they are, and the way to others. */
export function ParamsTab({ worker: { id } }: TabProps) {
  const t = useT();
  const answer = useAnswer('getWorkerParams', { params: { id } });
  return (
    <Section title={t('new.params')}>
      <AnswerPart of={answer}>
        {({ params, schema }) => (
          <ParamsForm id={id} params={params} schema={schema} onApplied={answer.reload} />
        )}
      </AnswerPart>
    </Section>
  );
}
