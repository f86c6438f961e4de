import type { ComponentChildren } from 'preact';
import type { AnswerOf, OperationName } from '../../../src/client/index.ts';
import { clockText } from '../data/format.ts';
import type { Answer } from '../data/use-answer.ts';
import { useT } from '../i18n/translate.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';

interface AnswerPartProps<Name extends OperationName> {
  readonly of: Answer<Name>;
  /** Whether it says as of when it is; one that holds only others need not. @default true */
  readonly isMarked?: boolean;
  readonly children: (data: NonNullable<AnswerOf<Name>>) => ComponentChildren;
}

/** What was asked once and is not live: it says as of when it is, and can be asked again. */
export function AnswerPart<Name extends OperationName>(props: AnswerPartProps<Name>) {
  const { of, children, isMarked = true } = props;
  const t = useT();
  const { data, at, error, isLoading, reload } = of;
  return (
    <div class="answer-part">
      {error !== null && (
        <Notice tone="bad">
          <p>{t('common.failed', { reason: error.message })}</p>
          <Button onPress={reload}>{t('common.retry')}</Button>
        </Notice>
      )}
      {data === null && error === null && isLoading && <p class="quiet">{t('common.loading')}</p>}
      {data !== null && (
        <>
          {children(data as NonNullable<AnswerOf<Name>>)}
          {isMarked && (
            <p class="answer-at">
              {at !== null && t('common.asOf', { time: clockText(at) })}
              <Button look="quiet" icon="reload" label={t('parts.refresh')} onPress={reload} />
            </p>
          )}
        </>
      )}
    </div>
  );
}
