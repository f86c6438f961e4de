import type { AccessTokens, TokenEntry } from '../../system/access/access-tokens.ts';
import type { Handlers } from '../call.ts';
import type { TokenView } from '../contract/system-routes.ts';

type AccessHandlers = Handlers<'listTokens' | 'createToken' | 'revokeToken'>;

/** Who may use the API. Sessions of a token that is revoked end with it: whoever keeps them asks `AccessTokens.has`. */
export function accessHandlers({ tokens }: { readonly tokens: AccessTokens }): AccessHandlers {
  return {
    listTokens: () => ({ items: tokens.list().map(tokenView) }),
    createToken: ({ body: { name, role } }) => {
      const { token: text, ...entry } = tokens.create(name, role);
      return { token: tokenView(entry), text };
    },
    revokeToken: ({ params }) => {
      tokens.revoke(params.id);
      return null;
    },
  };
}

function tokenView({ id, name, role, createdAt }: TokenEntry): TokenView {
  return { id, name, role, createdAt: Math.floor(createdAt) };
}
