import { Dialog } from '../../components/dialog.tsx';
import { useT } from '../../i18n/translate.ts';
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

/** Uploads a strategy, from a file or as text. */
export function UploadDialog({ known, onClose, onSaved, initial }: UploadDialogProps) {
  const t = useT();
  const title =
    initial === undefined ? t('strategies.upload') : t('strategies.edit', { name: initial.name });
  return (
    <Dialog title={title} onClose={onClose} place="side">
      <UploadForm known={known} onClose={onClose} onSaved={onSaved} initial={initial} />
    </Dialog>
  );
}
