import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

interface DisclosureProps {
  readonly summary: ComponentChildren;
  readonly children: ComponentChildren;
  /** @default false */
  readonly isOpen?: boolean;
}

/** Something that is shown when it is asked for, and made only then. */
export function Disclosure({ summary, children, isOpen: initial = false }: DisclosureProps) {
  const [isOpen, setIsOpen] = useState(initial);
  return (
    <details
      class="disclosure"
      open={isOpen}
      onToggle={(event) => setIsOpen(event.currentTarget.open)}
    >
      <summary>{summary}</summary>
      {isOpen && <div class="disclosure-body">{children}</div>}
    </details>
  );
}
