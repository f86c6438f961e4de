import { useState } from 'preact/hooks';
import { AnswerPart } from '../../../components/answer-part.tsx';
import { ActionButton } from '../../../components/button.tsx';
import { JsonTree } from '../../../components/json-tree.tsx';
import { Notice } from '../../../components/notice.tsx';
import { Section } from '../../../components/section.tsx';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';
import { RiskForm } from './risk-form.tsx';

/** The limits in force, and the way to others. */
export function RiskTab() {
  const t = useT();
  const risk = useAnswer('getRisk');
  const [isEditing, setIsEditing] = useState(false);
  return (
    <Section
      title={t('system.limits')}
      tools={
        !isEditing && (
          <ActionButton needs="admin" onPress={() => setIsEditing(true)}>
            {t('system.changeLimits')}
          </ActionButton>
        )
      }
    >
      <AnswerPart of={risk}>
        {(limits) => (
          <>
            {Object.keys(limits).length === 0 ? (
              <Notice tone="warn">{t('system.noLimits')}</Notice>
            ) : (
              <JsonTree value={limits} openLevels={3} />
            )}
            {isEditing && (
              <RiskForm
                limits={limits}
                onClose={() => setIsEditing(false)}
                onApplied={() => {
                  setIsEditing(false);
                  risk.reload();
                }}
              />
            )}
          </>
        )}
      </AnswerPart>
    </Section>
  );
}
