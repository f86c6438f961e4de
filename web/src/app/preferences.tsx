import { Choice } from '../components/choice.tsx';
import { useStore } from '../data/store.ts';
import { languageStore, useT } from '../i18n/translate.ts';
import { THEMES, themeStore } from './theme.ts';

/** Theme and language. */
export function Preferences() {
  const t = useT();
  const theme = useStore(themeStore);
  const language = useStore(languageStore);
  return (
    <div class="preferences">
      <Choice
        look="segments"
        legend={t('shell.theme')}
        value={theme}
        onValue={themeStore.set}
        options={THEMES.map((value) => ({ value, text: t(`shell.theme.${value}`) }))}
      />
      <Choice
        look="segments"
        legend={t('shell.language')}
        value={language}
        onValue={languageStore.set}
        options={[
          { value: 'en', text: 'English' },
          { value: 'zh', text: '中文' },
        ]}
      />
    </div>
  );
}
