import type { Performance } from '../../../../src/client/index.ts';
import { AnswerPart } from '../../components/answer-part.tsx';
import { CurveChart } from '../../components/chart/curve-chart.tsx';
import { DataTable } from '../../components/data-table.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Money } from '../../components/money.tsx';
import { Section } from '../../components/section.tsx';
import { Time } from '../../components/time.tsx';
import { NONE, numberText, shareText } from '../../data/format.ts';
import { useAnswer } from '../../data/use-answer.ts';
import { useT } from '../../i18n/translate.ts';
import type { TabProps } from './tab-props.ts';

const EVERY_MS = 5_000;
/** Points of the curve that are shown in figures. */
const POINTS_SHOWN = 200;

/** How a worker did: profit over time, drawdown, and the figures of it. */
export function PerformanceTab({ worker: { id } }: TabProps) {
  const t = useT();
  const performance = useAnswer('getWorkerPerformance', { params: { id } }, { everyMs: EVERY_MS });
  return (
    <AnswerPart of={performance}>
      {(data) => (
        <>
          <Section title={t('performance.curve', { currency: data.currency })}>
            {data.fills === 0 ? (
              <p class="quiet">{t('performance.nothing')}</p>
            ) : (
              <>
                <CurveChart performance={data} />
                <CurveTable performance={data} />
              </>
            )}
          </Section>
          <Section title={t('performance.figures')}>
            <Figures performance={data} />
          </Section>
          {data.notes.length > 0 && (
            <Section title={t('performance.notes')}>
              <ul class="plain-list">
                {data.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            </Section>
          )}
        </>
      )}
    </AnswerPart>
  );
}

interface OfPerformance {
  readonly performance: Performance;
}

function Figures({ performance }: OfPerformance) {
  const t = useT();
  const { currency, pnl, grossPnl, fees, maxDrawdown, winRate, profitFactor } = performance;
  const share = (value: number | null): string => (value === null ? NONE : shareText(value));
  const money = (amount: string | null) =>
    amount === null ? NONE : <Money amount={amount} currency={currency} isGain />;
  return (
    <Facts>
      <Fact name={t('performance.pnl')}>{money(pnl)}</Fact>
      <Fact name={t('performance.grossPnl')}>{money(grossPnl)}</Fact>
      <Fact name={t('performance.fees')}>
        {Object.entries(fees).map(([unit, fee]) => (
          <div key={unit}>
            <Money amount={fee} currency={unit} />
          </div>
        ))}
      </Fact>
      <Fact name={t('performance.maxDrawdown')}>
        <Money amount={maxDrawdown.amount} currency={currency} /> ({share(maxDrawdown.share)})
      </Fact>
      <Fact name={t('performance.fills')}>{numberText(performance.fills)}</Fact>
      <Fact name={t('performance.trades')}>
        {t('performance.tradesText', {
          trades: performance.trades,
          wins: performance.wins,
          losses: performance.losses,
        })}
      </Fact>
      <Fact name={t('performance.winRate')}>{share(winRate)}</Fact>
      <Fact name={t('performance.profitFactor')}>
        {profitFactor === null ? NONE : profitFactor.toFixed(2)}
      </Fact>
      <Fact name={t('performance.averageWin')}>{money(performance.averageWin)}</Fact>
      <Fact name={t('performance.averageLoss')}>
        {performance.averageLoss === null ? (
          NONE
        ) : (
          <Money amount={performance.averageLoss} currency={currency} />
        )}
      </Fact>
      <Fact name={t('performance.tradedNotional')}>
        <Money amount={performance.tradedNotional} currency={currency} />
      </Fact>
    </Facts>
  );
}

function CurveTable({ performance: { curve } }: OfPerformance) {
  const t = useT();
  const shown = curve.slice(-POINTS_SHOWN).toReversed();
  const title = t('performance.table', { count: shown.length });
  return (
    <Disclosure summary={title}>
      <DataTable
        caption={title}
        none={t('performance.nothing')}
        rows={shown.map((point, at) => ({ ...point, key: `${point.at} ${at}` }))}
        keyOf={({ key }) => key}
        columns={[
          { id: 'at', head: t('fill.at'), cell: ({ at }) => <Time at={at} /> },
          {
            id: 'pnl',
            head: t('performance.pnl'),
            isNumber: true,
            cell: ({ pnl }) => pnl.toFixed(2),
          },
          {
            id: 'drawdown',
            head: t('performance.drawdown'),
            isNumber: true,
            cell: ({ drawdown }) => drawdown.toFixed(2),
          },
        ]}
      />
    </Disclosure>
  );
}
