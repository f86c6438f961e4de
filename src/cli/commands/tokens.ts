import type { TokenView } from '../../client/index.ts';
import { connect, type ConnectionFlags } from '../api/connection.ts';
import { printAnswer, tableText } from '../api/print.ts';
import { ExitCode } from '../exit-code.ts';
import { formatLocalTime } from '../terminal/format.ts';

/** `quantcell tokens list` */
export async function listTokensCommand(flags: ConnectionFlags): Promise<number> {
  const answer = await connect(flags).client.call('listTokens');
  const rows = answer.items.map(({ id, name, role, createdAt }) => [
    id,
    name,
    role,
    formatLocalTime(createdAt),
  ]);
  printAnswer(flags, answer, () => tableText(['ID', 'NAME', 'ROLE', 'MADE'], rows, 'no tokens'));
  return ExitCode.OK;
}

/** `quantcell tokens create`: its text is shown this once. */
export async function createTokenCommand(
  name: string,
  flags: ConnectionFlags & { readonly role: TokenView['role'] },
): Promise<number> {
  const { role } = flags;
  const answer = await connect(flags).client.call('createToken', { body: { name, role } });
  printAnswer(flags, answer, () => answer.text);
  return ExitCode.OK;
}

/** `quantcell tokens revoke` */
export async function revokeTokenCommand(id: string, flags: ConnectionFlags): Promise<number> {
  await connect(flags).client.call('revokeToken', { params: { id } });
  printAnswer(flags, { result: 'applied', revoked: id }, () => `${id} is revoked`);
  return ExitCode.OK;
}
