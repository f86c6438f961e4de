import type { TokenEntry } from '../../system/access/access-tokens.ts';
import type { Service } from '../../system/service/service.ts';
import type { Handlers } from '../call.ts';
import type { TokenView } from '../contract/system-routes.ts';

type AccessHandlers = Handlers<'listTokens' | 'createToken' | 'revokeToken'>;

/** Who may use the API. Sessions of a token that is revoked end with it: whoever keeps them asks `AccessTokens.has`. */
export function accessHandlers({ service }: { readonly service: Service }): AccessHandlers {
  return {
    listTokens: () => ({ items: service.tokens.list().map(tokenView) }),
    createToken: ({ body: { name, role } }) => {
      const { token: text, ...entry } = service.tokens.create(name, role);
      return { token: tokenView(entry), text };
    },
    revokeToken: ({ params }) => {
      service.tokens.revoke(params.id);
      return null;
    },
  };
}

function tokenView({ id, name, role, createdAt }: TokenEntry): TokenView {
  return { id, name, role, createdAt: Math.floor(createdAt) };
}
