import { useState } from 'preact/hooks';
import { hrefOf } from '../../../app/route.ts';
import { ActionNote } from '../../../components/action-note.tsx';
import { ActionButton, Button } from '../../../components/button.tsx';
import { Dialog } from '../../../components/dialog.tsx';
import { TextField } from '../../../components/field.tsx';
import { HindranceNote } from '../../../components/hindrance-note.tsx';
import { serverFaults } from '../../../components/schema-form/server-faults.ts';
import { useAction } from '../../../data/actions.ts';
import { call } from '../../../data/session.ts';
import { useT } from '../../../i18n/translate.ts';

interface CloneDialogProps {
  readonly id: string;
  readonly onClose: () => void;
}

/** Makes another worker like one, and goes to it. */
export function CloneDialog({ id, onClose }: CloneDialogProps) {
  const t = useT();
  const [name, setName] = useState('');
  const { record, isAsked, run } = useAction();
  const submit = async (): Promise<void> => {
    if (isAsked) return;
    const wanted = name.trim();
    const { answer } = await run(
      t('fleet.doOne', { what: t('worker.clone'), id }),
      () => call('cloneWorker', { params: { id }, body: wanted === '' ? {} : { id: wanted } }),
      ({ worker }) => t('new.made', { id: worker.id, state: t(`state.${worker.state}`) }),
    );
    if (answer === null) return;
    onClose();
    location.hash = hrefOf(['workers', answer.worker.id]);
  };
  return (
    <Dialog title={t('fleet.doOne', { what: t('worker.clone'), id })} onClose={onClose}>
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p class="quiet">{t('worker.cloneText')}</p>
        <TextField
          label={t('new.id')}
          mark={t('form.optional')}
          hint={t('new.idHint')}
          fault={serverFaults(record?.problem ?? null).get('id')}
          maxLength={64}
          value={name}
          onValue={setName}
        />
        <ActionNote record={record} />
        <HindranceNote needs="operate" />
        <div class="dialog-actions">
          <Button onPress={onClose}>{t('common.cancel')}</Button>
          <ActionButton needs="operate" type="submit" look="primary" isAsked={isAsked}>
            {t('worker.clone')}
          </ActionButton>
        </div>
      </form>
    </Dialog>
  );
}
