import { useId } from 'preact/hooks';

interface ChoiceProps<Value extends string> {
  readonly legend: string;
  readonly value: Value;
  readonly onValue: (value: Value) => void;
  readonly options: readonly {
    readonly value: Value;
    readonly text: string;
    readonly hint?: string;
  }[];
  /** `segments`: side by side, without hints. @default 'list' */
  readonly look?: 'list' | 'segments';
}

/** One of a few that are all in sight. */
export function Choice<Value extends string>(props: ChoiceProps<Value>) {
  const { legend, value, onValue, options, look = 'list' } = props;
  const name = useId();
  return (
    <fieldset class={`choice choice-${look}`}>
      <legend>{legend}</legend>
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} class="choice-option">
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              onChange={() => onValue(option.value)}
            />
            <span class="choice-text">
              <span>{option.text}</span>
              {option.hint !== undefined && <small>{option.hint}</small>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
