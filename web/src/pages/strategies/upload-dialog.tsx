import { useState } from 'preact/hooks';
import { hrefOf } from '../../app/route.ts';
import { Dialog } from '../../components/dialog.tsx';
import { useT } from '../../i18n/translate.ts';
import { ReloadOffer } from './reload-offer.tsx';
import type { Extension } from './source-draft.ts';
import { UploadForm } from './upload-form.tsx';

interface UploadDialogProps {
  /** Names that are taken. */
  readonly known: readonly string[];
  readonly onClose: () => void;
  readonly onSaved: () => void;
  /** What the form begins with, such as a version that is to be restored. */
  readonly initial?: {
    readonly name: string;
    readonly source: string;
    readonly extension: Extension;
  };
}

/** Uploads a strategy, from a file or as text, and then offers to reload the workers that are made of it. */
export function UploadDialog({ known, onClose, onSaved, initial }: UploadDialogProps) {
  const t = useT();
  const [saved, setSaved] = useState<string | null>(null);
  // The page around is told last: what it shows anew may no longer have this dialog.
  const finish = (name: string): void => {
    onSaved();
    onClose();
    location.hash = hrefOf(['strategies', name]);
  };
  if (saved !== null) {
    return (
      <Dialog
        title={t('strategies.saved', { name: saved })}
        onClose={() => finish(saved)}
        place="side"
      >
        <ReloadOffer name={saved} onClose={() => finish(saved)} />
      </Dialog>
    );
  }
  const title =
    initial === undefined ? t('strategies.upload') : t('strategies.edit', { name: initial.name });
  return (
    <Dialog title={title} onClose={onClose} place="side">
      <UploadForm
        known={known}
        onClose={onClose}
        onSaved={({ name, workers }) => (workers.length === 0 ? finish(name) : setSaved(name))}
        initial={initial}
      />
    </Dialog>
  );
}
