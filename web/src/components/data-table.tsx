import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Pager } from './pager.tsx';
import { ScrollBox } from './scroll-box.tsx';

export interface Column<Row> {
  /** Unique in the table. */
  readonly id: string;
  readonly head: string;
  /** Figures stand at the right. @default false */
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => ComponentChildren;
}

interface DataTableProps<Row> {
  /** What the table holds; heard, not seen. */
  readonly caption: string;
  /** The first one names the row. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string | number;
  /** Stands in place of a table without rows. */
  readonly none: string;
  /** Rows in sight at a time. @default 25 */
  readonly pageSize?: number;
}

const PAGE_SIZE = 25;

/** Rows of one kind. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { rows, none, pageSize = PAGE_SIZE } = props;
  const [wantedPage, setPage] = useState(0);
  if (rows.length === 0) return <p class="quiet">{none}</p>;
  const page = Math.min(wantedPage, Math.ceil(rows.length / pageSize) - 1);
  return (
    <>
      <PageOfTable {...props} rows={rows.slice(page * pageSize, (page + 1) * pageSize)} />
      <Pager page={page} pageSize={pageSize} total={rows.length} onPage={setPage} />
    </>
  );
}

function PageOfTable<Row>({ caption, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <ScrollBox label={caption}>
      <table class="table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ id, head, isNumber }) => (
              <th key={id} scope="col" class={isNumber === true ? 'number' : ''}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ id, isNumber, cell }, at) =>
                at === 0 ? (
                  <th key={id} scope="row" class={isNumber === true ? 'number' : ''}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={id} class={isNumber === true ? 'number' : ''}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
