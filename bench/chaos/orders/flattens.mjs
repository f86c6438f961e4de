// Whether a flatten that was asked for came to its end, whatever was killed meanwhile, and left nothing.
import { decimal, text } from '../../../dist/execution/decimals.js';
import { SYMBOLS } from './exchange.mjs';
import { foldOf } from './judge.mjs';

/**
 * By the log of the host and that of the exchange: flattens that were not done in the end, what was held, and could
 * have been sold, when one was said to be done, and what was traded after that until it was lifted.
 */
export function judgeFlattens(lines, { exchange, journal }) {
  const wrong = [];
  let flattens = 0;
  for (const [at, { type, scope, wallMs }] of lines.entries()) {
    if (type !== 'flatten') continue;
    flattens += 1;
    const rest = lines.slice(at).filter((line) => line.scope === scope);
    const lifted = rest.find((line) => line.type === 'lifted');
    const flat = rest.slice(0, rest.indexOf(lifted)).find((line) => line.type === 'flat');
    if (flat === undefined) {
      wrong.push({ scope, wallMs, what: 'not done' });
      continue;
    }
    const ours = exchange.fills.filter(({ clientOrderId }) =>
      isIn(scope, journal.byId.get(clientOrderId)?.workerId),
    );
    const before = ours.filter(({ time }) => time <= flat.wallMs);
    wrong.push(...heldAfter(before, journal, flat).map((held) => ({ scope, wallMs, ...held })));
    const after = ours.filter(({ time }) => time > flat.wallMs && time < lifted.wallMs);
    for (const { symbol, id, clientOrderId } of after)
      wrong.push({ scope, wallMs, what: 'traded after', symbol, id, clientOrderId });
  }
  return { flattens, wrong };
}

/** A price may have moved by so much since the last fill, as a share. */
const MOVED = 0.05;

/** What the strategies hold after these fills, where it is as much as could be sold. */
function heldAfter(fills, journal, { least }) {
  const ownerOf = ({ clientOrderId }) => journal.byId.get(clientOrderId).workerId;
  const owners = [...new Set(fills.map(ownerOf))];
  return owners.flatMap((owner) => {
    const held = foldOf(fills.filter((fill) => ownerOf(fill) === owner));
    return SYMBOLS.flatMap((symbol) => {
      const quantity = held.get(symbol.split('/')[0]) ?? decimal('0');
      const price = fills.findLast((fill) => fill.symbol === symbol.replace('/', ''))?.price ?? '0';
      const { lotSize, minNotional } = least[symbol];
      const isSellable =
        quantity.abs().gte(decimal(lotSize)) &&
        quantity
          .abs()
          .times(decimal(price))
          .gte(decimal(minNotional).times(1 + MOVED));
      return isSellable ? [{ what: 'held', owner, symbol, quantity: text(quantity) }] : [];
    });
  });
}

function isIn(scope, workerId) {
  return typeof workerId === 'string' && (scope === 'all' || scope === `strategy:${workerId}`);
}
