import { useT } from '../../i18n/translate.ts';
import { CheckField, Field, SelectField, TextField } from '../field.tsx';
import type { ControlProps } from './control-props.ts';
import { NO, textOf, YES } from './draft.ts';
import { hintOf } from './field-texts.ts';
import { SchemaGroup } from './schema-group.tsx';
import { SchemaList } from './schema-list.tsx';

/** The control of one field, whatever it is. */
export function SchemaControl(props: ControlProps) {
  const { field, draft, faults, name, path, isRequired, onDraft } = props;
  const t = useT();
  if (field.kind === 'object')
    return <SchemaGroup {...props} field={field} inner={SchemaControl} />;
  if (field.kind === 'array') return <SchemaList {...props} field={field} inner={SchemaControl} />;
  const isOptional = !isRequired && field.otherwise === undefined;
  const common = {
    label: field.title ?? name,
    mark: isOptional ? t('form.optional') : undefined,
    hint: hintOf(t, field),
    fault: faults.get(path),
    value: textOf(draft),
    onValue: onDraft,
  };
  const nothing = isOptional || textOf(draft) === '' ? [['', t('form.notGiven')] as const] : [];
  switch (field.kind) {
    case 'string':
      return <TextField {...common} isRequired={isRequired} />;
    case 'number':
      return (
        <TextField
          {...common}
          isRequired={isRequired}
          inputMode={field.isInteger ? 'numeric' : 'decimal'}
        />
      );
    case 'boolean':
      return <BooleanControl common={common} isOptional={isOptional} />;
    case 'enum':
      return (
        <SelectField
          {...common}
          options={[...nothing, ...field.options.map((option) => optionOf(option))]}
        />
      );
    case 'json':
      return <JsonControl common={common} />;
  }
}

interface Common {
  readonly label: string;
  readonly mark: string | undefined;
  readonly hint: string | undefined;
  readonly fault: string | undefined;
  readonly value: string;
  readonly onValue: (text: string) => void;
}

interface BooleanControlProps {
  readonly common: Common;
  readonly isOptional: boolean;
}

/** A yes or no that may be left open is a choice of three; a box could not show that. */
function BooleanControl({ common, isOptional }: BooleanControlProps) {
  const t = useT();
  if (!isOptional && common.fault === undefined && common.value !== '') {
    return (
      <div class="field">
        <CheckField
          label={common.label}
          value={common.value === YES}
          onValue={(isSet) => common.onValue(isSet ? YES : NO)}
        />
        {common.hint !== undefined && <p class="field-hint">{common.hint}</p>}
      </div>
    );
  }
  return (
    <SelectField
      {...common}
      options={[
        ['', t('form.notGiven')],
        [YES, t('common.yes')],
        [NO, t('common.no')],
      ]}
    />
  );
}

function JsonControl({ common }: { readonly common: Common }) {
  const t = useT();
  const { value, onValue, mark, ...frame } = common;
  return (
    <Field {...frame} mark={[t('form.json'), mark].filter((part) => part !== undefined).join(', ')}>
      {({ id, describedBy, isWrong }) => (
        <textarea
          class="input"
          id={id}
          value={value}
          rows={4}
          spellcheck={false}
          aria-invalid={isWrong ? 'true' : undefined}
          aria-describedby={describedBy}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

function optionOf(option: unknown): readonly [value: string, text: string] {
  return [JSON.stringify(option), typeof option === 'string' ? option : JSON.stringify(option)];
}
