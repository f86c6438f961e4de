import type { NestingProps } from './control-props.ts';
import { recordOf } from './draft.ts';
import type { ObjectField } from './form-field.ts';
import { joined } from './read-draft.ts';

/** The fields of an object, under its name. */
export function SchemaGroup(props: NestingProps<ObjectField>) {
  const { field, draft, faults, name, path, onDraft, inner: Inner } = props;
  const values = recordOf(draft);
  const fault = faults.get(path);
  return (
    <fieldset class="schema-group">
      <legend>{field.title ?? name}</legend>
      {field.description !== null && <p class="field-hint">{field.description}</p>}
      {fault !== undefined && <p class="field-fault">{fault}</p>}
      {field.entries.map(({ name: entry, isRequired, field: innerField }) => (
        <Inner
          key={entry}
          field={innerField}
          draft={values[entry]}
          faults={faults}
          name={entry}
          path={joined(path, entry)}
          isRequired={isRequired}
          onDraft={(next) => onDraft({ ...values, [entry]: next })}
        />
      ))}
    </fieldset>
  );
}
