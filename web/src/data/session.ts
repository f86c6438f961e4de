import { ApiCallError, QuantCellClient, type SessionView } from '../../../src/client/index.ts';
import { createSetting } from './setting.ts';
import { createStore } from './store.ts';

/** Whether somebody is signed in. `ended`: somebody was, and the server says that it is over. */
export type SessionState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'unreachable'; readonly reason: string }
  | { readonly kind: 'none'; readonly hasEnded: boolean }
  | { readonly kind: 'open'; readonly session: SessionView };

export const sessionStore = createStore<SessionState>({ kind: 'asking' });

/**
 * Whether this browser has signed in and not out again. The cookie is hidden from scripts, and an answer that says that
 * there is no session would be an error in the browser's console.
 */
const signedInStore = createSetting('quantcell.signedIn', ['yes', 'no'], 'no');

const client = new QuantCellClient({
  url: location.origin,
  csrf: () => {
    const state = sessionStore.get();
    return state.kind === 'open' ? state.session.csrf : null;
  },
});

/** Does an operation of the API; an answer that says "not signed in" leads to the login page. */
export const call: QuantCellClient['call'] = async (name, ...input) => {
  try {
    return await client.call(name, ...input);
  } catch (thrown) {
    if (isUnauthorized(thrown)) endSession();
    throw thrown;
  }
};

/** Goes on with the session that this browser began, if it did. */
export async function resumeSession(): Promise<void> {
  if (signedInStore.get() === 'yes') await findSession();
  else endSession();
}

/** Asks the server who we are. */
export async function findSession(): Promise<void> {
  try {
    sessionStore.set({ kind: 'open', session: await client.call('getSession') });
  } catch (thrown) {
    if (isUnauthorized(thrown)) endSession();
    else if (sessionStore.get().kind !== 'open') {
      sessionStore.set({ kind: 'unreachable', reason: String((thrown as Error).message) });
    }
  }
}

/** @throws {ApiCallError} if the token is none */
export async function login(token: string): Promise<void> {
  sessionStore.set({ kind: 'open', session: await client.call('login', { body: { token } }) });
  signedInStore.set('yes');
}

export async function logout(): Promise<void> {
  await call('logout');
  signedInStore.set('no');
  sessionStore.set({ kind: 'none', hasEnded: false });
}

export function endSession(): void {
  const { kind } = sessionStore.get();
  // Several calls may find it out: the first one tells whether somebody was signed in.
  if (kind === 'none') return;
  signedInStore.set('no');
  sessionStore.set({ kind: 'none', hasEnded: kind === 'open' });
}

function isUnauthorized(thrown: unknown): boolean {
  return thrown instanceof ApiCallError && thrown.status === 401;
}
