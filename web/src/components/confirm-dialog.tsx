import type { ComponentChildren } from 'preact';
import type { Role } from '../data/roles.ts';
import { useT } from '../i18n/translate.ts';
import { ActionButton, Button } from './button.tsx';
import { HindranceNote } from './hindrance-note.tsx';
import { Dialog } from './dialog.tsx';

interface ConfirmDialogProps {
  readonly title: string;
  /** What the button that does it says. */
  readonly confirm: string;
  readonly needs: Role;
  readonly isAsked?: boolean;
  readonly onClose: () => void;
  readonly onConfirm: () => void;
  readonly children: ComponentChildren;
}

/** Asks once more before something is done that can't be taken back. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { title, confirm, needs, isAsked = false, onClose, onConfirm, children } = props;
  const t = useT();
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <HindranceNote needs={needs} />
      <div class="dialog-actions">
        <Button onPress={onClose}>{t('common.cancel')}</Button>
        <ActionButton look="danger" needs={needs} isAsked={isAsked} onPress={onConfirm}>
          {confirm}
        </ActionButton>
      </div>
    </Dialog>
  );
}
