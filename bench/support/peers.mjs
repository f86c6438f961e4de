// The contenders of the benchmarks that compare.
import { oneOf, someOf } from './options.mjs';
import { PEER_MODULES } from './peer-modules.mjs';

const PEERS = Object.keys(PEER_MODULES);

export const transportOption = oneOf(['auto', 'shared-memory', 'zeromq'], undefined);
export const peersOption = someOf([...PEERS, 'none'], PEERS);

/**
 * Opens the product as configured, the product on its ZeroMQ transport if that is another one, and the
 * peers. Returns those that can be had; `missing` takes the reasons of the others.
 */
export async function openContenders(open, { transport, peers, workers, product }, missing) {
  const own = await open('quantcell', { workers, transport, ...product });
  const opened = [own];
  if (own.transport !== 'zeromq') {
    opened.push(await open('quantcell-zeromq', { workers, ...product, transport: 'zeromq' }));
  }
  for (const name of peers) {
    if (name === 'none') continue;
    const peer = await open(name, { workers });
    if (peer.missing === undefined) opened.push(peer);
    else missing[name] = peer.missing;
  }
  return opened;
}

/** The product's figures on its ZeroMQ transport, wherever they are. */
export const onZeromq = (figures) =>
  figures['quantcell-zeromq'] ??
  (figures['quantcell']?.transport === 'zeromq' ? figures['quantcell'] : undefined);

/** `one / other`, or NaN if either was not measured: an aim without figures does not hold. */
export const ratio = (one, other) =>
  one === undefined || other === undefined ? Number.NaN : one / other;
