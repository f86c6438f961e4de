import { ActionNote } from '../../components/action-note.tsx';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton } from '../../components/button.tsx';
import { JsonTree } from '../../components/json-tree.tsx';
import { Section } from '../../components/section.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';

/** The configuration in force, without its secrets. */
export function ConfigTab() {
  const t = useT();
  const answer = useAnswer('getConfig');
  const action = useAction();
  const named = (paths: readonly string[]): string =>
    paths.length === 0 ? t('system.nothing') : paths.join(', ');
  const reload = async (): Promise<void> => {
    await action.run(
      t('system.reload'),
      () => call('reloadConfig'),
      ({ applied, atNextStart }) =>
        t('system.reloaded', { applied: named(applied), later: named(atNextStart) }),
    );
    answer.reload();
  };
  return (
    <Section
      title={t('system.tab.config')}
      tools={
        <ActionButton needs="admin" isAsked={action.isAsked} onPress={() => void reload()}>
          {t('system.reload')}
        </ActionButton>
      }
    >
      <ActionNote record={action.record} />
      <AnswerPart of={answer}>
        {({ path, config }) => (
          <>
            <p class="quiet">
              {path === null ? t('system.configBuiltIn') : t('system.configFrom', { path })}
            </p>
            <JsonTree value={config} openLevels={2} />
          </>
        )}
      </AnswerPart>
    </Section>
  );
}
