import { useT } from '../i18n/translate.ts';
import { Disclosure } from './disclosure.tsx';

interface JsonTreeProps {
  readonly value: unknown;
  /** Levels that are open at first. @default 1 */
  readonly openLevels?: number;
}

/** Long lists are shown in part: a page of a hundred thousand lines helps nobody. */
const MAX_ENTRIES = 200;

/** A value as a tree whose branches open and close. */
export function JsonTree({ value, openLevels = 1 }: JsonTreeProps) {
  const t = useT();
  if (typeof value !== 'object' || value === null) return <JsonLeaf value={value} />;
  const entries = Object.entries(value);
  if (entries.length === 0) {
    return <code class="json-leaf quiet">{Array.isArray(value) ? '[]' : '{}'}</code>;
  }
  return (
    <ul class="json-tree">
      {entries.slice(0, MAX_ENTRIES).map(([name, inner]) => (
        <li key={name}>
          <JsonEntry name={name} value={inner} openLevels={openLevels - 1} />
        </li>
      ))}
      {entries.length > MAX_ENTRIES && (
        <li class="quiet">{t('parts.moreEntries', { count: entries.length - MAX_ENTRIES })}</li>
      )}
    </ul>
  );
}

interface JsonEntryProps {
  readonly name: string;
  readonly value: unknown;
  readonly openLevels: number;
}

function JsonEntry({ name, value, openLevels }: JsonEntryProps) {
  const isBranch =
    typeof value === 'object' && value !== null && Object.keys(value as object).length > 0;
  if (!isBranch) {
    return (
      <p class="json-entry">
        <span class="json-name mono">{name}</span> <JsonTree value={value} />
      </p>
    );
  }
  const count = Object.keys(value as object).length;
  return (
    <Disclosure
      isOpen={openLevels > 0}
      summary={
        <>
          <span class="json-name mono">{name}</span>{' '}
          <span class="quiet mono">{Array.isArray(value) ? `[${count}]` : `{${count}}`}</span>
        </>
      }
    >
      <JsonTree value={value} openLevels={openLevels} />
    </Disclosure>
  );
}

function JsonLeaf({ value }: { readonly value: unknown }) {
  const kind = value === null ? 'null' : typeof value;
  return (
    <code class={`json-leaf json-${kind}`}>
      {value === undefined ? 'undefined' : JSON.stringify(value)}
    </code>
  );
}
