import { useState } from 'preact/hooks';
import { ActionNote } from '../../../components/action-note.tsx';
import { ActionButton, Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { TextField } from '../../../components/field.tsx';
import { HindranceNote } from '../../../components/hindrance-note.tsx';
import { JsonTree } from '../../../components/json-tree.tsx';
import { TextArea } from '../../../components/text-area.tsx';
import { useAction } from '../../../data/actions.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';
import { readPlainData, type PlainReading } from './plain-data.ts';

interface AskDialogProps {
  readonly id: string;
  /** A signal is told; a command is answered. */
  readonly kind: 'signal' | 'command';
  readonly onClose: () => void;
}

/** Tells a strategy something, or asks it something. It stays open, so that the answer can be read. */
export function AskDialog({ id, kind, onClose }: AskDialogProps) {
  const t = useT();
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [isRead, setIsRead] = useState(false);
  const [answer, setAnswer] = useState<{ readonly value: unknown } | null>(null);
  const { record, isAsked, run } = useAction();
  const reading = readPlainData(text);
  const title = t('fleet.doOne', { what: t(`worker.${kind}`), id });
  const submit = async (): Promise<void> => {
    setIsRead(true);
    const wanted = name.trim();
    if (isAsked || wanted === '' || reading.fault !== null) return;
    setAnswer(null);
    const asked = await run(`${title}: ${wanted}`, () => send(kind, id, wanted, reading.data));
    if (asked.answer !== null && 'answer' in asked.answer)
      setAnswer({ value: asked.answer.answer });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p class="quiet">{t(`worker.${kind}Text`)}</p>
        <TextField
          label={t('worker.askName')}
          isRequired
          maxLength={64}
          fault={isRead && name.trim() === '' ? t('form.wrong.required') : undefined}
          value={name}
          onValue={setName}
        />
        <TextArea
          label={t(`worker.${kind}Data`)}
          mark={`${t('form.json')}, ${t('form.optional')}`}
          fault={
            isRead && reading.fault !== null
              ? t('form.wrong.json', { reason: reading.fault })
              : undefined
          }
          value={text}
          onValue={setText}
        />
        <ActionNote record={record} />
        {answer !== null && <AnswerBox value={answer.value} />}
        <HindranceNote needs="trade" />
        <div class="dialog-actions">
          <Button onPress={onClose}>{t('common.close')}</Button>
          <ActionButton needs="trade" type="submit" look="primary" isAsked={isAsked}>
            {t('worker.send')}
          </ActionButton>
        </div>
      </form>
    </Dialog>
  );
}

function AnswerBox({ value }: { readonly value: unknown }) {
  const t = useT();
  return (
    <div class="panel padded">
      <h3>{t('worker.answer')}</h3>
      <JsonTree value={value} openLevels={3} />
    </div>
  );
}

/** Resolves to the answer of a command; to what has no answer of a signal. */
async function send(
  kind: AskDialogProps['kind'],
  id: string,
  name: string,
  data: PlainReading['data'],
): Promise<{ readonly result: 'applied'; readonly answer?: unknown }> {
  const params = { id };
  if (kind === 'signal') {
    return call('signalWorker', { params, body: { name, ...(data !== undefined && { data }) } });
  }
  return call('commandWorker', {
    params,
    body: { name, ...(data !== undefined && { args: data }) },
  });
}
