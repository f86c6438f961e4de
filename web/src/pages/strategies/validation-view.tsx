import type { Validation } from '../../../../src/client/index.ts';
import { Fact, Facts } from '../../components/facts.tsx';
import { JsonTree } from '../../components/json-tree.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Notice } from '../../components/notice.tsx';
import { useT } from '../../i18n/translate.ts';

/** Whether a strategy can be started, what it says of itself, and what is wrong with it. */
export function ValidationView({ validation }: { readonly validation: Validation }) {
  const t = useT();
  const { isValid, description, faults } = validation;
  return (
    <div class="form">
      <Notice tone={isValid ? 'good' : 'bad'}>
        <p>{t(isValid ? 'strategies.valid' : 'strategies.invalid')}</p>
        {faults.length > 0 && (
          <ul class="plain-list">
            {faults.map(({ code, message, line, column }) => (
              <li key={`${code}${line}${column}`}>
                {line !== null && (
                  <strong>{t('strategies.place', { line, column: column ?? 1 })} </strong>
                )}
                {message} <code>{code}</code>
              </li>
            ))}
          </ul>
        )}
      </Notice>
      {description !== null && <Description description={description} />}
    </div>
  );
}

function Description({
  description,
}: {
  readonly description: NonNullable<Validation['description']>;
}) {
  const t = useT();
  const { title, symbols, dataTypes, warmup, callbacks, paramsSchema } = description;
  const listed = (values: readonly string[]): string =>
    values.length === 0 ? t('strategies.notNamed') : values.join(', ');
  return (
    <Facts>
      <Fact name={t('strategies.title')}>{title}</Fact>
      <Fact name={t('fleet.column.symbols')}>
        <span class="mono">{listed(symbols)}</span>
      </Fact>
      <Fact name={t('worker.dataTypes')}>
        <span class="mono">{listed(dataTypes)}</span>
      </Fact>
      <Fact name={t('strategies.warmup')}>{t('strategies.bars', { count: warmup })}</Fact>
      <Fact name={t('strategies.callbacks')}>
        <span class="mono">{listed(callbacks)}</span>
      </Fact>
      <Fact name={t('new.params')}>
        {paramsSchema === null ? (
          t('strategies.noSchema')
        ) : (
          <Disclosure summary={t('strategies.schema')}>
            <JsonTree value={paramsSchema} openLevels={3} />
          </Disclosure>
        )}
      </Fact>
    </Facts>
  );
}
