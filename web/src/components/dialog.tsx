import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useT } from '../i18n/translate.ts';
import { Button } from './button.tsx';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** `side`: a drawer at the edge. @default 'middle' */
  readonly place?: 'middle' | 'side';
}

/** A modal dialog: the browser keeps the focus inside, closes it on Escape and gives the focus back. */
export function Dialog({ title, onClose, children, place = 'middle' }: DialogProps) {
  const t = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  const headingId = useId();
  useEffect(() => {
    const element = dialog.current;
    const opener = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      // The element is taken out of the page before the browser gives the focus back.
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${place}`}
      aria-labelledby={headingId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (place === 'side' && event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-frame">
        <div class="dialog-head">
          <h2 id={headingId}>{title}</h2>
          <Button look="quiet" icon="cross" label={t('common.close')} onPress={onClose} />
        </div>
        <div class="dialog-body">{children}</div>
      </div>
    </dialog>
  );
}
