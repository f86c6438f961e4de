import { useState } from 'preact/hooks';
import type { TokenView } from '../../../../src/client/index.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { ActionButton } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { useAction } from '../../data/actions.ts';
import { call } from '../../data/session.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import { NewTokenDialog } from './new-token-dialog.tsx';

/** Who may use the server. */
export function AccessTab() {
  const t = useT();
  const answer = useAnswer('listTokens');
  const [isMaking, setIsMaking] = useState(false);
  return (
    <Section
      title={t('system.tokens')}
      tools={
        <ActionButton needs="admin" icon="plus" onPress={() => setIsMaking(true)}>
          {t('system.newToken')}
        </ActionButton>
      }
    >
      <p class="quiet">{t('system.tokensText')}</p>
      <AnswerPart of={answer}>
        {({ items }) => (
          <DataTable
            caption={t('system.tokens')}
            columns={[
              { id: 'name', head: t('system.name'), cell: ({ name }) => name },
              { id: 'role', head: t('system.role'), cell: ({ role }) => <code>{role}</code> },
              {
                id: 'created',
                head: t('system.created'),
                cell: ({ createdAt }) => <Time at={createdAt} />,
              },
              {
                id: 'revoke',
                head: t('parts.actions'),
                cell: (token) => <RevokeButton token={token} onDone={answer.reload} />,
              },
            ]}
            rows={items}
            keyOf={({ id }) => id}
            none={t('common.none')}
          />
        )}
      </AnswerPart>
      {isMaking && (
        <NewTokenDialog
          onClose={() => {
            setIsMaking(false);
            answer.reload();
          }}
        />
      )}
    </Section>
  );
}

interface RevokeButtonProps {
  readonly token: TokenView;
  readonly onDone: () => void;
}

function RevokeButton({ token: { id, name }, onDone }: RevokeButtonProps) {
  const t = useT();
  const action = useAction();
  const [isOpen, setIsOpen] = useState(false);
  const title = `${t('system.revoke')}: ${name}`;
  const revoke = async (): Promise<void> => {
    setIsOpen(false);
    await action.run(title, () => call('revokeToken', { params: { id } }));
    onDone();
  };
  return (
    <>
      <ActionButton needs="admin" isAsked={action.isAsked} onPress={() => setIsOpen(true)}>
        {t('system.revoke')}
      </ActionButton>
      {isOpen && (
        <ConfirmDialog
          title={title}
          confirm={t('system.revoke')}
          needs="admin"
          onClose={() => setIsOpen(false)}
          onConfirm={() => void revoke()}
        >
          <p>{t('system.revokeSure', { name })}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
