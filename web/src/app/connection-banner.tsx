import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../components/icon.tsx';
import { connectionStore } from '../data/connection.ts';
import { clockText } from '../data/format.ts';
import { useStore } from '../data/store.ts';
import { useT } from '../i18n/translate.ts';

/** A connection that is made within it is not worth a word, milliseconds. */
const FIRST_PATIENCE_MS = 1_500;

/** Says that what is shown is old, for as long as it is. */
export function ConnectionBanner() {
  const t = useT();
  const { state, reason, heardAt } = useStore(connectionStore);
  const [isPatient, setIsPatient] = useState(true);
  const wasLost = useRef(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsPatient(false), FIRST_PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  const isLost = state !== 'live' && (heardAt !== null || !isPatient);
  if (isLost) wasLost.current = true;
  return (
    <div class="banner-place">
      <div role="alert">
        {isLost && (
          <p class="banner">
            <Icon name="unplugged" />
            <strong>
              {heardAt === null
                ? t('connection.never')
                : t('connection.lost', { time: clockText(heardAt) })}
            </strong>
            {reason !== '' && <span class="banner-reason">{reason}</span>}
          </p>
        )}
      </div>
      <div role="status" class="visually-hidden">
        {state === 'live' && wasLost.current ? t('connection.back') : ''}
      </div>
    </div>
  );
}
