// Peers by name, each loaded only where it is used.
export const PEER_MODULES = {
  'zeromq-json': () => import('../peers/zeromq-json.mjs'),
  'zeromq-binary': () => import('../peers/zeromq-binary.mjs'),
  'child-process': () => import('../peers/child-process.mjs'),
  redis: () => import('../peers/redis.mjs'),
  nats: () => import('../peers/nats.mjs'),
};
