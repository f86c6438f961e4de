import { useMemo, useRef } from 'preact/hooks';
import type { LastValue } from '../../../../src/client/index.ts';
import { nextMarks, type PriceMarks } from './price-marks.ts';

const NO_MARKS: PriceMarks = new Map();

/** Which way each price went since the page looks. */
export function usePriceMarks(values: ReadonlyMap<string, LastValue> | undefined): PriceMarks {
  const marks = useRef(NO_MARKS);
  return useMemo(() => {
    if (values !== undefined) marks.current = nextMarks(marks.current, values.values());
    return marks.current;
  }, [values]);
}
