import { useState } from 'preact/hooks';
import { AnswerPart } from '../../../components/answer-part.tsx';
import { Button } from '../../../components/button.tsx';
import { TextField } from '../../../components/field.tsx';
import { HindranceNote } from '../../../components/hindrance-note.tsx';
import { useHindrance } from '../../../data/may-act.ts';
import { useAnswer } from '../../../data/use-answer.ts';
import { useT } from '../../../i18n/translate.ts';
import { AuditTable } from './audit-table.tsx';
import { VerifyPart } from './verify-part.tsx';

const PAGE_SIZE = 100;

/** Who did what, newest first, and whether the log is whole. */
export function AuditTab() {
  const t = useT();
  const [action, setAction] = useState('');
  const [target, setTarget] = useState('');
  /** Numbers before which the pages begin; the first page has none. */
  const [pages, setPages] = useState<readonly number[]>([]);
  const before = pages.at(-1);
  const query = {
    limit: PAGE_SIZE,
    ...(before !== undefined && { before }),
    ...(action.trim() !== '' && { action: action.trim() }),
    ...(target.trim() !== '' && { target: target.trim() }),
  };
  const isWanted = useHindrance('operate', true) === null;
  const audit = useAnswer('listAudit', { query }, { isWanted });
  const last = audit.data?.items.at(-1);
  const isEnd = audit.data === null || audit.data.items.length < PAGE_SIZE;
  const filter = (set: (text: string) => void) => (text: string) => {
    set(text);
    setPages([]);
  };
  return (
    <>
      <HindranceNote needs="operate" isUrgent />
      <VerifyPart />
      <div class="toolbar" role="search">
        <TextField
          label={t('system.action')}
          placeholder="startWorker"
          maxLength={64}
          value={action}
          onValue={filter(setAction)}
        />
        <TextField
          label={t('system.target')}
          maxLength={128}
          value={target}
          onValue={filter(setTarget)}
        />
      </div>
      <AnswerPart of={audit}>{({ items }) => <AuditTable entries={items} />}</AnswerPart>
      <div class="pager">
        <Button
          icon="left"
          hindrance={pages.length === 0 ? t('system.isNewest') : null}
          onPress={() => setPages(pages.slice(0, -1))}
        >
          {t('system.newer')}
        </Button>
        <Button
          icon="right"
          hindrance={isEnd ? t('system.isOldest') : null}
          onPress={() => last !== undefined && setPages([...pages, last.seq])}
        >
          {t('system.older')}
        </Button>
      </div>
    </>
  );
}
