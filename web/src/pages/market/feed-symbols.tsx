import { hrefOf } from '../../app/route.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';

/** A venue has thousands of symbols: the search finds the others. */
const MAX_SHOWN = 200;

interface FeedSymbolsProps {
  readonly search: string;
}

/** Every symbol that the feed has, also those that nobody has asked for; fetched when it is opened. */
export function FeedSymbols(props: FeedSymbolsProps) {
  const t = useT();
  return (
    <Disclosure summary={t('market.symbols')}>
      <SymbolList {...props} />
    </Disclosure>
  );
}

function SymbolList({ search }: FeedSymbolsProps) {
  const t = useT();
  const answer = useAnswer('listSymbols');
  const wanted = search.trim().toLowerCase();
  return (
    <AnswerPart of={answer}>
      {({ items }) => {
        const matching = items.filter(({ symbol }) => symbol.toLowerCase().includes(wanted));
        return (
          <>
            <DataTable
              caption={t('market.symbols')}
              none={t('market.noSymbol')}
              rows={matching.slice(0, MAX_SHOWN)}
              keyOf={({ symbol }) => symbol}
              columns={[
                {
                  id: 'symbol',
                  head: t('order.symbol'),
                  cell: ({ symbol }) => (
                    <a class="mono nowrap" href={hrefOf(['market', symbol])}>
                      {symbol}
                    </a>
                  ),
                },
                {
                  id: 'types',
                  head: t('market.published'),
                  cell: ({ dataTypes }) =>
                    dataTypes.length === 0 ? (
                      <span class="quiet">{t('common.none')}</span>
                    ) : (
                      <span class="mono">{dataTypes.join(', ')}</span>
                    ),
                },
              ]}
            />
            {matching.length > MAX_SHOWN && (
              <p class="quiet">{t('parts.moreEntries', { count: matching.length - MAX_SHOWN })}</p>
            )}
          </>
        );
      }}
    </AnswerPart>
  );
}
