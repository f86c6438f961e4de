/** Outlines on a grid of 16, drawn with the colour of the text. */
const PATHS = {
  bell: 'M8 2a4 4 0 0 1 4 4v3l1.5 2.5h-11L4 9V6a4 4 0 0 1 4-4ZM6.5 13.5a1.6 1.6 0 0 0 3 0',
  stop: 'M5.5 1.8h5l3.7 3.7v5l-3.7 3.7h-5l-3.7-3.7v-5ZM8 4.8v4M8 11v.4',
  unplugged:
    'M2 14l3-3M14 2l-3 3M6 7l3 3-1.5 1.5a2.1 2.1 0 0 1-3-3ZM10 9 7 6l1.5-1.5a2.1 2.1 0 0 1 3 3Z',
  plugged: 'M2 14l3-3M14 2l-3 3M5 8l3 3 3-3a2.1 2.1 0 0 0-3-3Z',
  check: 'M2.5 8.5 6 12l7.5-8',
  cross: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  warning: 'M8 2 1.5 13.5h13ZM8 6.5v3.5M8 11.8v.3',
  info: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 7.2v4M8 4.8v.3',
  clock: 'M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8ZM8 4.5V8l2.5 1.5',
  menu: 'M2 4h12M2 8h12M2 12h12',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  play: 'M4.5 2.5v11l8.5-5.5Z',
  pause: 'M5 3v10M11 3v10',
  restart: 'M13 8a5 5 0 1 1-1.6-3.7M13 2v3h-3',
  reload: 'M2.5 8A5.5 5.5 0 0 1 12 4.2M13.5 8A5.5 5.5 0 0 1 4 11.8M12.5 1.5v3h-3M3.5 14.5v-3h3',
  bin: 'M2.5 4h11M6 4V2.5h4V4M4 4l.7 9.5h6.6L12 4',
  square: 'M4 4h8v8H4Z',
  up: 'M8 13V3M4 7l4-4 4 4',
  down: 'M8 3v10M4 9l4 4 4-4',
  left: 'M10 3 5 8l5 5',
  right: 'M6 3l5 5-5 5',
  cards: 'M2.5 2.5h4.5V7H2.5ZM9 2.5h4.5V7H9ZM2.5 9h4.5v4.5H2.5ZM9 9h4.5v4.5H9Z',
  table: 'M2 3h12v10H2ZM2 6.5h12M2 9.8h12M6 3v10',
  dots: 'M3 8h.1M8 8h.1M13 8h.1',
  half: 'M8 2v12M3 8h5M3 5l-1 3 1 3',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3 14 14',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a text that says the same: assistive technology passes over it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
