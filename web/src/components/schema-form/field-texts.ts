import type { Translate } from '../../i18n/translate.ts';
import type { FormField, NumberField } from './form-field.ts';

/** Description, bounds and default of a field in a line; undefined if there is nothing to say. */
export function hintOf(t: Translate, field: FormField): string | undefined {
  const parts = [
    field.description ?? '',
    field.kind === 'number' ? boundsText(t, field) : '',
    isScalar(field.otherwise) ? t('form.default', { value: String(field.otherwise) }) : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(' · ');
}

function boundsText(t: Translate, { isInteger, min, max, above, below }: NumberField): string {
  const parts = [isInteger ? t('form.integer') : ''];
  if (min !== null && max !== null) parts.push(t('form.range', { min, max }));
  else if (min !== null) parts.push(t('form.atLeast', { min }));
  else if (max !== null) parts.push(t('form.atMost', { max }));
  if (above !== null) parts.push(t('form.above', { min: above }));
  if (below !== null) parts.push(t('form.below', { max: below }));
  return parts.filter((part) => part !== '').join(', ');
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) && value !== '';
}
