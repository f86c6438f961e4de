import { useState } from 'preact/hooks';

/** Workers that were picked, by id. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly has: (id: string) => boolean;
  readonly put: (ids: readonly string[], isPicked: boolean) => void;
  readonly clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** Those that are gone are picked no longer. */
export function useSelection(known: ReadonlyMap<string, unknown> | undefined): Selection {
  const [picked, setPicked] = useState(NONE);
  const ids = known === undefined ? picked : new Set([...picked].filter((id) => known.has(id)));
  return {
    ids,
    has: (id) => ids.has(id),
    put: (changed, isPicked) => {
      const next = new Set(ids);
      for (const id of changed) {
        if (isPicked) next.add(id);
        else next.delete(id);
      }
      setPicked(next);
    },
    clear: () => setPicked(NONE),
  };
}
