import { createSetting } from '../data/setting.ts';
import { useStore } from '../data/store.ts';
import { en, type Key } from './en.ts';
import { fill } from './fill.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';

const MESSAGES = { en, zh } as const;
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** Names in braces of an English text. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Part}|${string}` ? Part : Name) | NamesIn<Rest>
  : never;
type Parts<Name extends Key> = Readonly<Record<NamesIn<(typeof en)[Name]>, string | number>>;

/** The text of a key in the language of the page; what is in braces is filled in. */
export type Translate = <Name extends Key>(
  key: Name,
  ...parts: NamesIn<(typeof en)[Name]> extends never ? [] : [Parts<Name>]
) => string;

export const languageStore = createSetting<Language>(
  'quantcell.language',
  ['en', 'zh'],
  navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en',
);

const translators: Readonly<Record<Language, Translate>> = {
  en: translatorOf('en'),
  zh: translatorOf('zh'),
};

/** The texts of the page; the component is drawn again when the language changes. */
export function useT(): Translate {
  return translators[useStore(languageStore)];
}

function translatorOf(language: Language): Translate {
  return (key, ...[parts]) => fill(MESSAGES[language][key], parts ?? {});
}
