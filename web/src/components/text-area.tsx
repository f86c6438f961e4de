import { Field } from './field.tsx';

interface TextAreaProps {
  readonly label: string;
  readonly mark?: string | undefined;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** @default 5 */
  readonly rows?: number;
  readonly isRequired?: boolean;
}

/** Several lines of text, such as JSON or a source. */
export function TextArea(props: TextAreaProps) {
  const { value, onValue, rows = 5, isRequired = false, ...field } = props;
  return (
    <Field {...field}>
      {({ id, describedBy, isWrong }) => (
        <textarea
          class="input"
          id={id}
          value={value}
          rows={rows}
          spellcheck={false}
          aria-required={isRequired ? 'true' : undefined}
          aria-invalid={isWrong ? 'true' : undefined}
          aria-describedby={describedBy}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}
