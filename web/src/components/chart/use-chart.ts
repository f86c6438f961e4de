import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { themeStore } from '../../app/theme.ts';
import { readColors, type ChartColors } from './chart-colors.ts';

/** What every chart can. */
export interface ChartView {
  readonly applyColors: (colors: ChartColors) => void;
  readonly destroy: () => void;
}

type Make<View> = (element: HTMLElement, colors: ChartColors) => View;

/** A chart in an element: its code is fetched when it is first needed, its colours follow the theme. */
export function useChart<View extends ChartView>(
  load: () => Promise<Make<View>>,
): {
  readonly place: RefObject<HTMLDivElement | null>;
  /** Null until it is there. */
  readonly view: View | null;
  readonly failure: Error | null;
} {
  const place = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  useEffect(() => {
    let made: View | null = null;
    let isWanted = true;
    const repaint = (): void => made?.applyColors(readColors());
    load().then(
      (make) => {
        if (!isWanted || place.current === null) return;
        made = make(place.current, readColors());
        setView(made);
      },
      (thrown: unknown) => isWanted && setFailure(thrown as Error),
    );
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', repaint);
    const end = themeStore.subscribe(repaint);
    return () => {
      isWanted = false;
      system.removeEventListener('change', repaint);
      end();
      made?.destroy();
      setView(null);
    };
  }, []);
  return { place, view, failure };
}
