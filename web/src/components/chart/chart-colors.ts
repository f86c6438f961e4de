/** Colours of the theme that charts are drawn with, as `rgb(...)`. */
export interface ChartColors {
  readonly panel: string;
  readonly text: string;
  readonly line: string;
  readonly strong: string;
  readonly accent: string;
  readonly good: string;
  readonly bad: string;
  readonly warn: string;
  readonly badWash: string;
  /** Half of `strong`, for what lies behind. */
  readonly faint: string;
}

const TOKENS: Readonly<Record<keyof ChartColors, string>> = {
  panel: '--panel',
  text: '--text-quiet',
  line: '--line',
  strong: '--line-strong',
  accent: '--accent',
  good: '--good',
  bad: '--bad',
  warn: '--warn',
  badWash: '--bad-wash',
  faint: '--chart-faint',
};

/** The colours as they are in the theme of now: a canvas knows neither variables nor themes. */
export function readColors(): ChartColors {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const entries = Object.entries(TOKENS).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as unknown as ChartColors;
}
