import { useHindrance } from '../data/may-act.ts';
import type { Role } from '../data/roles.ts';
import { Notice } from './notice.tsx';

interface HindranceNoteProps {
  readonly needs: Role;
  /** Can be sent while the stream is down. @default false */
  readonly isUrgent?: boolean;
}

/** Says in a form, before it is filled in, why it can't be sent now. */
export function HindranceNote({ needs, isUrgent = false }: HindranceNoteProps) {
  const hindrance = useHindrance(needs, isUrgent);
  return <div role="status">{hindrance !== null && <Notice tone="warn">{hindrance}</Notice>}</div>;
}
