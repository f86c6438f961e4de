import { useT } from '../../i18n/translate.ts';
import { Button } from '../button.tsx';
import type { NestingProps } from './control-props.ts';
import { draftOf, listOf } from './draft.ts';
import type { ArrayField } from './form-field.ts';
import { hintOf } from './field-texts.ts';
import { joined } from './read-draft.ts';

/** The items of an array, with the ways to add one and to take one out. */
export function SchemaList(props: NestingProps<ArrayField>) {
  const { field, draft, faults, name, path, onDraft, inner: Inner } = props;
  const t = useT();
  const items = listOf(draft);
  const title = field.title ?? name;
  const hint = hintOf(t, field);
  const fault = faults.get(path);
  return (
    <fieldset class="schema-group">
      <legend>{title}</legend>
      {hint !== undefined && <p class="field-hint">{hint}</p>}
      {fault !== undefined && <p class="field-fault">{fault}</p>}
      {items.map((item, at) => (
        <div key={at} class="schema-item">
          <Inner
            field={field.item}
            draft={item}
            faults={faults}
            name={t('form.item', { name: title, number: at + 1 })}
            path={joined(path, at)}
            isRequired
            onDraft={(next) => onDraft(items.with(at, next))}
          />
          <Button
            look="quiet"
            icon="bin"
            label={t('form.removeItem', { name: title, number: at + 1 })}
            onPress={() => onDraft(items.toSpliced(at, 1))}
          />
        </div>
      ))}
      <Button icon="plus" onPress={() => onDraft([...items, draftOf(field.item, undefined)])}>
        {t('form.addItem', { name: title })}
      </Button>
    </fieldset>
  );
}
