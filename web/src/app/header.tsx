import type { SessionView } from '../../../src/client/index.ts';
import { AccountMenu } from './account-menu.tsx';
import { AlertsBell } from './alerts/alerts-bell.tsx';
import { KillSwitch } from './kill-switch/kill-switch.tsx';
import { Navigation } from './navigation.tsx';
import { StatusStrip } from './status-strip.tsx';
import { hrefOf } from './route.ts';

/** Above every page: where to go, how the system is, and what stops it. */
export function Header({ session }: { readonly session: SessionView }) {
  return (
    <header class="header">
      <div class="header-bar">
        <a class="brand" href={hrefOf([])}>
          <span class="brand-mark" aria-hidden="true">
            <i />
            <i />
            <i />
            <i />
          </span>
          QuantCell
        </a>
        <Navigation />
        <div class="header-tools">
          <KillSwitch />
          <AlertsBell />
          <AccountMenu session={session} />
        </div>
      </div>
      <StatusStrip />
    </header>
  );
}
