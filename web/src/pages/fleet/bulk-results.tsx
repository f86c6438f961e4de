import type { BatchResult } from '../../../../src/client/index.ts';
import { Badge, StateBadge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import type { Tone } from '../../components/notice.tsx';
import { ScrollBox } from '../../components/scroll-box.tsx';
import { useT } from '../../i18n/translate.ts';

type Result = BatchResult['results'][number];

interface BulkResultsProps {
  readonly results: readonly Result[];
  readonly onClose: () => void;
}

const TONES: Readonly<Record<Result['result'], Tone>> = {
  rejected: 'bad',
  'timed-out': 'warn',
  applied: 'good',
};
const ORDER: readonly Result['result'][] = ['rejected', 'timed-out', 'applied'];

/** What came of a command to many workers, for each of them; what failed comes first. */
export function BulkResults({ results, onClose }: BulkResultsProps) {
  const t = useT();
  const applied = results.filter(({ result }) => result === 'applied').length;
  const sorted = results.toSorted((a, b) => ORDER.indexOf(a.result) - ORDER.indexOf(b.result));
  const title = `${t('fleet.results')}: ${t('fleet.resultsCount', { applied, failed: results.length - applied })}`;
  return (
    <section class="bulk-results">
      <div class="page-head">
        <h2>{title}</h2>
        <Button look="quiet" icon="cross" label={t('common.close')} onPress={onClose} />
      </div>
      <ScrollBox label={title}>
        <table class="table">
          <caption class="visually-hidden">{title}</caption>
          <tbody>
            {sorted.map((one) => (
              <tr key={one.workerId}>
                <th scope="row" class="mono">
                  {one.workerId}
                </th>
                <td>
                  <Badge
                    tone={TONES[one.result]}
                    icon={one.result === 'applied' ? 'check' : 'warning'}
                  >
                    {t(`fleet.result.${one.result}`)}
                  </Badge>
                </td>
                <td>{one.state !== null && <StateBadge state={one.state} />}</td>
                <td>
                  {one.reason} {one.code !== null && <code class="quiet">{one.code}</code>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </section>
  );
}
