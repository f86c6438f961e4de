import { useState } from 'preact/hooks';
import type { TokenView } from '../../../../../src/client/index.ts';
import { AnswerPart } from '../../../components/answer-part.tsx';
import { ActionButton } from '../../../components/button.tsx';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { DataTable } from '../../../components/data-table.tsx';
import { HindranceNote } from '../../../components/hindrance-note.tsx';
import { Section } from '../../../components/section.tsx';
import { Time } from '../../../components/time.tsx';
import { useAction } from '../../../data/actions.ts';
import { useHindrance } from '../../../data/may-act.ts';
import { call } from '../../../data/session.ts';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';
import { NewTokenDialog } from './new-token-dialog.tsx';

/** Who may: the tokens there are. */
export function AccessTab() {
  const t = useT();
  // While the stream is down the question can be asked all the same.
  const isAdmin = useHindrance('admin', true) === null;
  const tokens = useAnswer('listTokens', {}, { isWanted: isAdmin });
  const [isMaking, setIsMaking] = useState(false);
  return (
    <Section
      title={t('system.tokens')}
      tools={
        <ActionButton needs="admin" look="primary" icon="plus" onPress={() => setIsMaking(true)}>
          {t('system.newToken')}
        </ActionButton>
      }
    >
      <HindranceNote needs="admin" />
      {isAdmin && (
        <AnswerPart of={tokens}>
          {({ items }) => <TokenTable tokens={items} onRevoked={tokens.reload} />}
        </AnswerPart>
      )}
      {isMaking && <NewTokenDialog onClose={() => setIsMaking(false)} onMade={tokens.reload} />}
    </Section>
  );
}

interface TokenTableProps {
  readonly tokens: readonly TokenView[];
  readonly onRevoked: () => void;
}

function TokenTable({ tokens, onRevoked }: TokenTableProps) {
  const t = useT();
  return (
    <DataTable
      caption={t('system.tokens')}
      none={t('system.noTokens')}
      rows={tokens}
      keyOf={({ id }) => id}
      columns={[
        { id: 'name', head: t('system.tokenName'), cell: ({ name }) => name },
        { id: 'role', head: t('system.tokenRole'), cell: ({ role }) => <code>{role}</code> },
        { id: 'id', head: t('new.id'), cell: ({ id }) => <code>{id}</code> },
        {
          id: 'at',
          head: t('worker.createdAt'),
          cell: ({ createdAt }) => <Time at={createdAt} />,
        },
        {
          id: 'actions',
          head: t('parts.actions'),
          cell: (token) => <RevokeButton token={token} onRevoked={onRevoked} />,
        },
      ]}
    />
  );
}

interface RevokeButtonProps {
  readonly token: TokenView;
  readonly onRevoked: () => void;
}

function RevokeButton({ token: { id, name }, onRevoked }: RevokeButtonProps) {
  const t = useT();
  const { isAsked, run } = useAction();
  const [isOpen, setIsOpen] = useState(false);
  const title = t('system.revoke', { name });
  const revoke = async (): Promise<void> => {
    setIsOpen(false);
    const { record } = await run(title, () => call('revokeToken', { params: { id } }));
    if (record.status === 'applied') onRevoked();
  };
  return (
    <>
      <ActionButton needs="admin" icon="bin" isAsked={isAsked} onPress={() => setIsOpen(true)}>
        {t('system.revokeShort')}
      </ActionButton>
      {isOpen && (
        <ConfirmDialog
          title={`${title}?`}
          confirm={title}
          needs="admin"
          onClose={() => setIsOpen(false)}
          onConfirm={() => void revoke()}
        >
          <p>{t('system.revokeText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
