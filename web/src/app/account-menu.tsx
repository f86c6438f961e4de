import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { SessionView } from '../../../src/client/index.ts';
import { Button } from '../components/button.tsx';
import { ask } from '../data/actions.ts';
import { logout } from '../data/session.ts';
import { useT } from '../i18n/translate.ts';
import { Preferences } from './preferences.tsx';

/** Who is signed in, how the page looks, and the way out. */
export function AccountMenu({ session }: { readonly session: SessionView }) {
  const t = useT();
  const [isOpen, setIsOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const panelId = useId();
  useEffect(() => {
    if (!isOpen) return undefined;
    const onPointer = (event: PointerEvent): void => {
      if (!place.current?.contains(event.target as Node)) setIsOpen(false);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setIsOpen(false);
      place.current?.querySelector('button')?.focus();
    };
    document.addEventListener('pointerdown', onPointer);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPointer);
      document.removeEventListener('keydown', onKey);
    };
  }, [isOpen]);
  return (
    <div class="menu" ref={place}>
      <Button
        look="quiet"
        icon="menu"
        label={t('shell.menu')}
        isExpanded={isOpen}
        controls={panelId}
        onPress={() => setIsOpen(!isOpen)}
      />
      <div class="menu-panel" id={panelId} hidden={!isOpen}>
        <p class="menu-who">
          {t('shell.signedInAs', { name: session.name })}
          <small>{t('shell.role', { role: session.role })}</small>
        </p>
        <Preferences />
        <Button onPress={() => void ask(t('shell.signOut'), logout)}>{t('shell.signOut')}</Button>
      </div>
    </div>
  );
}
