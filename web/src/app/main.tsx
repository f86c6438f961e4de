import { render } from 'preact';
import { resumeSession } from '../data/session.ts';
import { LANGUAGE_TAGS, languageStore } from '../i18n/translate.ts';
import '../styles/index.css';
import { App } from './app.tsx';
import { keepTheme } from './theme.ts';

function keepLanguage(): void {
  const apply = (): void => {
    document.documentElement.lang = LANGUAGE_TAGS[languageStore.get()];
  };
  apply();
  languageStore.subscribe(apply);
}

keepTheme();
keepLanguage();
void resumeSession();
render(<App />, document.querySelector('#app') as HTMLElement);
