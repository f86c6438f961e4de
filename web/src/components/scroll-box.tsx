import type { ComponentChildren } from 'preact';

interface ScrollBoxProps {
  /** What is inside, for those who reach it by keyboard. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A wide table scrolls inside its own box, also by keyboard; the page does not. */
export function ScrollBox({ label, children }: ScrollBoxProps) {
  return (
    <div class="scroll-box" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}
