import { AnswerPart } from '../../../components/answer-part.tsx';
import { JsonTree } from '../../../components/json-tree.tsx';
import { Section } from '../../../components/section.tsx';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';
import type { TabProps } from '../tab-props.ts';
import { HealthPart } from './health-part.tsx';
import { LastFault } from './last-fault.tsx';
import { Timeline } from './timeline.tsx';
import { WorkerFacts } from './worker-facts.tsx';
import { WorkerTiles } from './worker-tiles.tsx';

/** How a worker is and how it came to be so. */
export function OverviewTab({ worker, transitions }: TabProps) {
  const t = useT();
  const { id, report, pid } = worker;
  const config = useAnswer('getWorkerConfig', { params: { id } });
  return (
    <>
      <WorkerTiles worker={worker} />
      <LastFault worker={worker} />
      <div class="columns">
        <div class="column">
          <Section title={t('worker.facts')}>
            <WorkerFacts worker={worker} />
          </Section>
          <Section title={t('worker.health')}>
            <HealthPart id={id} mark={`${pid} ${worker.state} ${worker.health}`} />
          </Section>
          <Section title={t('worker.report')}>
            {Object.keys(report).length === 0 ? (
              <p class="quiet">{t('worker.noReport')}</p>
            ) : (
              <JsonTree value={report} />
            )}
          </Section>
        </div>
        <div class="column">
          <Section title={t('worker.timeline')}>
            <Timeline worker={worker} transitions={transitions} />
          </Section>
          <Section title={t('worker.config')}>
            <AnswerPart of={config}>
              {(data) => <JsonTree value={data} openLevels={2} />}
            </AnswerPart>
          </Section>
        </div>
      </div>
    </>
  );
}
