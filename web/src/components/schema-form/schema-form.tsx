import { useT } from '../../i18n/translate.ts';
import { recordOf } from './draft.ts';
import { SchemaControl } from './schema-control.tsx';
import type { SchemaFormModel } from './use-schema-form.ts';

/**
 * Controls for everything that a JSON Schema asks for. What is wrong stands at its place; faults that the
 * server names beyond the fields stand above.
 */
export function SchemaForm({ model }: { readonly model: SchemaFormModel }) {
  const t = useT();
  const { field, draft, setDraft, faults } = model;
  const whole = faults.get('');
  if (field.kind !== 'object') {
    return (
      <SchemaControl {...{ field, draft, faults }} name="" path="" isRequired onDraft={setDraft} />
    );
  }
  const values = recordOf(draft);
  const names = new Set(field.entries.map(({ name }) => name));
  const others = [...faults].filter(
    ([path]) => path !== '' && !names.has(path.split('.')[0] ?? ''),
  );
  return (
    <div class="schema-form">
      {whole !== undefined && <p class="field-fault">{whole}</p>}
      {others.map(([path, message]) => (
        <p key={path} class="field-fault">
          <code>{path}</code> {message}
        </p>
      ))}
      {field.entries.length === 0 && <p class="quiet">{t('form.noParams')}</p>}
      {field.entries.map(({ name, isRequired, field: inner }) => (
        <SchemaControl
          key={name}
          field={inner}
          draft={values[name]}
          faults={faults}
          name={name}
          path={name}
          isRequired={isRequired}
          onDraft={(next) => setDraft({ ...values, [name]: next })}
        />
      ))}
    </div>
  );
}
