import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Key } from '../../i18n/en.ts';
import { useT } from '../../i18n/translate.ts';
import { draftOf, type Draft } from './draft.ts';
import { fieldOf, type FormField } from './form-field.ts';
import type { JsonSchema } from './json-schema.ts';
import { readDraft } from './read-draft.ts';
import type { ServerFaults } from './server-faults.ts';

export interface SchemaFormModel {
  readonly field: FormField;
  readonly draft: Draft;
  readonly setDraft: (draft: Draft) => void;
  /** What is wrong, by path; empty before `read` was called. */
  readonly faults: ReadonlyMap<string, string>;
  /** The value of the form; null if something is wrong, which `faults` then tells. */
  readonly read: () => { readonly value: unknown } | null;
  /** Shows what the server said of the value that was read last. */
  readonly setServerFaults: (faults: ServerFaults) => void;
  /** Whether it was changed since it was filled in. */
  readonly isChanged: boolean;
  /** Fills it in anew. */
  readonly reset: (value: unknown) => void;
}

const NONE: ServerFaults = new Map();

/** A form of a JSON Schema, filled in with `value`; it begins anew when the schema is another one. */
export function useSchemaForm(schema: JsonSchema, value: unknown): SchemaFormModel {
  const t = useT();
  const key = JSON.stringify(schema);
  const field = useMemo(() => fieldOf(schema), [key]);
  const [draft, setDraft] = useState<Draft>(() => draftOf(field, value));
  const [isRead, setIsRead] = useState(false);
  const [told, setTold] = useState<ServerFaults>(NONE);
  const [isChanged, setIsChanged] = useState(false);
  const reset = (next: unknown): void => {
    setDraft(draftOf(field, next));
    setIsRead(false);
    setTold(NONE);
    setIsChanged(false);
  };
  useEffect(() => reset(value), [field]);
  const reading = readDraft(field, draft, true);
  const own = reading.faults.map(
    ({ path, key: text, parts }) => [path, (t as Loose)(text, parts)] as const,
  );
  return {
    field,
    draft,
    setDraft: (next) => {
      setDraft(next);
      setIsChanged(true);
      setTold(NONE);
    },
    faults: new Map([...told, ...(isRead ? own : [])]),
    read: () => {
      setIsRead(true);
      return reading.faults.length === 0 ? { value: reading.value } : null;
    },
    setServerFaults: setTold,
    isChanged,
    reset,
  };
}

/** A fault carries the parts of its own text. */
type Loose = (key: Key, parts: Readonly<Record<string, string | number>>) => string;
