import { hrefOf } from '../../app/route.ts';
import { NONE } from '../../data/format.ts';

/** The workers that are made of a strategy. */
export function WorkerLinks({ ids }: { readonly ids: readonly string[] }) {
  if (ids.length === 0) return <span class="quiet">{NONE}</span>;
  return (
    <span class="links">
      {ids.map((id) => (
        <a key={id} class="mono" href={hrefOf(['workers', id])}>
          {id}
        </a>
      ))}
    </span>
  );
}
