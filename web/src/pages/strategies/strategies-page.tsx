import type { PageProps } from '../../app/page-props.ts';
import { StrategyDetail } from './strategy-detail.tsx';
import { StrategyList } from './strategy-list.tsx';

/** The strategies there are, or one of them. */
export function StrategiesPage({ rest: [name] }: PageProps) {
  return name === undefined ? <StrategyList /> : <StrategyDetail name={name} />;
}
