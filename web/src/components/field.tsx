import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

export interface FieldFrame {
  readonly id: string;
  /** For `aria-describedby`; undefined if there is nothing to describe it. */
  readonly describedBy: string | undefined;
  readonly isWrong: boolean;
}

interface FieldProps {
  readonly label: string;
  /** Small text beside the label, such as "optional". */
  readonly mark?: string | undefined;
  readonly hint?: string | undefined;
  /** What is wrong with it. */
  readonly fault?: string | undefined;
  readonly children: (frame: FieldFrame) => ComponentChildren;
}

/** A label, the control that belongs to it, a hint, and what is wrong. */
export function Field({ label, mark, hint, fault, children }: FieldProps) {
  const id = useId();
  const parts = [hint === undefined ? '' : `${id}-hint`, fault === undefined ? '' : `${id}-fault`];
  const describedBy = parts.filter((part) => part !== '').join(' ');
  return (
    <div class="field">
      <label class="field-label" for={id}>
        {label}
        {mark !== undefined && <span class="field-mark"> {mark}</span>}
      </label>
      {children({
        id,
        describedBy: describedBy === '' ? undefined : describedBy,
        isWrong: fault !== undefined,
      })}
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault !== undefined && (
        <p class="field-fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** @default 'text' */
  readonly type?: 'text' | 'password' | 'search';
  readonly inputMode?: 'text' | 'decimal' | 'numeric';
  readonly placeholder?: string | undefined;
  readonly autoComplete?: string;
  readonly isRequired?: boolean;
  readonly maxLength?: number;
}

/** A line of text. */
export function TextField(props: TextFieldProps) {
  const { value, onValue, type = 'text', inputMode, placeholder, isRequired = false } = props;
  const { autoComplete = 'off', maxLength, ...field } = props;
  return (
    <Field {...field}>
      {({ id, describedBy, isWrong }) => (
        <input
          class="input"
          id={id}
          {...({ type } as { type: 'text' })}
          value={value}
          inputMode={inputMode}
          placeholder={placeholder}
          autoComplete={autoComplete}
          spellcheck={false}
          maxLength={maxLength}
          aria-required={isRequired ? 'true' : undefined}
          aria-invalid={isWrong ? 'true' : undefined}
          aria-describedby={describedBy}
          onInput={(event) => onValue(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps extends Omit<FieldProps, 'children'> {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Values with their texts. */
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** One of several. */
export function SelectField({ value, onValue, options, ...field }: SelectFieldProps) {
  return (
    <Field {...field}>
      {({ id, describedBy, isWrong }) => (
        <select
          class="input select"
          id={id}
          aria-invalid={isWrong ? 'true' : undefined}
          aria-describedby={describedBy}
          onChange={(event) => onValue(event.currentTarget.value)}
        >
          {options.map(([option, text]) => (
            <option key={option} value={option} selected={option === value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface CheckFieldProps {
  readonly label: string;
  readonly value: boolean;
  readonly onValue: (value: boolean) => void;
}

/** Yes or no. */
export function CheckField({ label, value, onValue }: CheckFieldProps) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={value}
        onChange={(event) => onValue(event.currentTarget.checked)}
      />
      <span>{label}</span>
    </label>
  );
}
