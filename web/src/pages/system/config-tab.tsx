import { useState } from 'preact/hooks';
import type { AnswerOf } from '../../../../src/client/index.ts';
import { ActionNote } from '../../components/action-note.tsx';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton } from '../../components/button.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { HindranceNote } from '../../components/hindrance-note.tsx';
import { JsonTree } from '../../components/json-tree.tsx';
import { Section } from '../../components/section.tsx';
import { useAction } from '../../data/actions.ts';
import { useHindrance } from '../../data/may-act.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';

type Reloaded = AnswerOf<'reloadConfig'>;

/** The configuration in force, without secrets, and the button that reads it again. */
export function ConfigTab() {
  const t = useT();
  const isWanted = useHindrance('operate', true) === null;
  const config = useAnswer('getConfig', {}, { isWanted });
  const { record, isAsked, run } = useAction();
  const [reloaded, setReloaded] = useState<Reloaded | null>(null);
  const reload = async (): Promise<void> => {
    setReloaded(null);
    const { answer } = await run(t('system.reloadConfig'), () => call('reloadConfig'));
    setReloaded(answer);
    if (answer !== null) config.reload();
  };
  const listed = (names: readonly string[]): string =>
    names.length === 0 ? t('common.none') : names.join(', ');
  return (
    <Section
      title={t('worker.config')}
      tools={
        <ActionButton needs="admin" icon="reload" isAsked={isAsked} onPress={() => void reload()}>
          {t('system.reloadConfig')}
        </ActionButton>
      }
    >
      <ActionNote record={record} />
      {reloaded !== null && (
        <Facts>
          <Fact name={t('system.applied')}>
            <span class="mono">{listed(reloaded.applied)}</span>
          </Fact>
          <Fact name={t('system.atNextStart')}>
            <span class="mono">{listed(reloaded.atNextStart)}</span>
          </Fact>
        </Facts>
      )}
      <HindranceNote needs="operate" isUrgent />
      <AnswerPart of={config}>
        {({ path, config: values }) => (
          <>
            <p class="quiet">{path === null ? t('system.configBuiltIn') : <code>{path}</code>}</p>
            <JsonTree value={values} openLevels={2} />
          </>
        )}
      </AnswerPart>
    </Section>
  );
}
