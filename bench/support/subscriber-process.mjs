// One subscriber of a peer: node subscriber-process.mjs PEER ENDPOINT. The process that forked it says
// when a round begins and asks for its figures.
import { isProbe } from './bars.mjs';
import { PEER_MODULES } from './peer-modules.mjs';
import { makeReader } from './readers.mjs';

const [peer, endpoint] = process.argv.slice(2);
const { subscribe } = await PEER_MODULES[peer]();

let reader = makeReader({ kind: 'sum', expected: 0 });
let probed = false;

process.on('disconnect', () => process.exit(0));
process.on('message', (message) => {
  if (message.type === 'begin') {
    reader = makeReader(message.round, () => process.send({ type: 'done' }));
    process.send({ type: 'begun' });
  } else if (message.type === 'report') {
    process.send({ type: 'figures', figures: reader.figures() });
  }
});

await subscribe(JSON.parse(endpoint), (bar) => {
  if (!isProbe(bar)) {
    reader.onBar(bar);
    return;
  }
  if (probed) return;
  probed = true;
  process.send({ type: 'probed' });
});
