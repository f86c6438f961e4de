import { useT } from '../i18n/translate.ts';
import { DataTable } from './data-table.tsx';
import type { Difference } from './differences.ts';

/** What would change, before it does. */
export function DifferencesTable({ differences }: { readonly differences: readonly Difference[] }) {
  const t = useT();
  const text = (value: unknown) => (
    <code>{value === undefined ? t('form.notGiven') : JSON.stringify(value)}</code>
  );
  return (
    <DataTable
      caption={t('params.changes')}
      none={t('params.nothingChanged')}
      rows={differences}
      keyOf={({ path }) => path}
      columns={[
        { id: 'path', head: t('params.name'), cell: ({ path }) => <code>{path}</code> },
        { id: 'before', head: t('params.before'), cell: ({ before }) => text(before) },
        { id: 'after', head: t('params.after'), cell: ({ after }) => text(after) },
      ]}
    />
  );
}
