import { useHindrance } from '../data/may-act.ts';
import type { Role } from '../data/roles.ts';
import { Notice } from './notice.tsx';

/** Says in a form, before it is filled in, why it can't be sent now. */
export function HindranceNote({ needs }: { readonly needs: Role }) {
  const hindrance = useHindrance(needs);
  return <div role="status">{hindrance !== null && <Notice tone="warn">{hindrance}</Notice>}</div>;
}
