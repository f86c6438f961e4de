interface TabLinksProps<Tab extends string> {
  readonly label: string;
  readonly tabs: readonly { readonly id: Tab; readonly text: string; readonly href: string }[];
  readonly current: Tab;
}

/** Parts of a page, each with an address of its own. */
export function TabLinks<Tab extends string>({ label, tabs, current }: TabLinksProps<Tab>) {
  return (
    <nav class="tabs" aria-label={label}>
      <ul>
        {tabs.map(({ id, text, href }) => (
          <li key={id}>
            <a href={href} aria-current={id === current ? 'page' : undefined}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
