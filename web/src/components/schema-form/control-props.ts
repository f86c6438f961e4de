import type { FunctionComponent } from 'preact';
import type { Draft } from './draft.ts';
import type { FormField } from './form-field.ts';

/** What the control of a field is given. */
export interface ControlProps<Kind extends FormField = FormField> {
  readonly field: Kind;
  readonly draft: Draft | undefined;
  /** What is wrong in the whole form, by path. */
  readonly faults: ReadonlyMap<string, string>;
  readonly name: string;
  readonly path: string;
  readonly isRequired: boolean;
  readonly onDraft: (draft: Draft) => void;
}

/** A field that holds others shows them with the control that it is given: the two know each other only so. */
export interface NestingProps<Kind extends FormField> extends ControlProps<Kind> {
  readonly inner: FunctionComponent<ControlProps>;
}
