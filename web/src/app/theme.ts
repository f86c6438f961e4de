import { createSetting } from '../data/setting.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const themeStore = createSetting<Theme>('quantcell.theme', THEMES, 'system');

/** Puts the theme in force, now and whenever it is changed. */
export function keepTheme(): void {
  const apply = (): void => {
    const theme = themeStore.get();
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  };
  apply();
  themeStore.subscribe(apply);
}
