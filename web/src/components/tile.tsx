import type { ComponentChildren } from 'preact';

interface TileProps {
  readonly label: string;
  readonly children: ComponentChildren;
  /** Smaller, below. */
  readonly note?: ComponentChildren;
}

/** A figure with its name; to be put into a `Tiles`. */
export function Tile({ label, children, note }: TileProps) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd class="number">
        {children}
        {note !== undefined && <span class="tile-note">{note}</span>}
      </dd>
    </div>
  );
}

export function Tiles({ children }: { readonly children: ComponentChildren }) {
  return <dl class="tiles">{children}</dl>;
}
