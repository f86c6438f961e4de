// Connections that speak ZMTP, the protocol below the messages, wrongly: https://rfc.zeromq.org/spec/23/.

function greeting({ signature = 0xff, major = 3, minor = 1, mechanism = 'NULL' } = {}) {
  const bytes = Buffer.alloc(64);
  bytes[0] = signature;
  bytes[8] = 1;
  bytes[9] = 0x7f;
  bytes[10] = major;
  bytes[11] = minor;
  bytes.write(mechanism, 12, 20, 'latin1');
  return bytes;
}

const MORE = 1;
const LONG = 2;
const COMMAND = 4;

function frame(body, flags = 0, claimed = body.length) {
  if (claimed < 256 && (flags & LONG) === 0)
    return Buffer.concat([Buffer.from([flags, claimed]), body]);
  const header = Buffer.alloc(9);
  header[0] = flags | LONG;
  header.writeBigUInt64BE(BigInt(claimed), 1);
  return Buffer.concat([header, body]);
}

function property(name, value, claimed = value.length) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(claimed);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), length, value]);
}

function command(name, ...parts) {
  return frame(
    Buffer.concat([Buffer.from([name.length]), Buffer.from(name, 'latin1'), ...parts]),
    COMMAND,
  );
}

const ready = (type, identity = '') =>
  command(
    'READY',
    property('Socket-Type', Buffer.from(type)),
    property('Identity', Buffer.from(identity)),
  );

/** Makes what one broken connection sends; `ids` are identities that are in use. */
export function connectionMaker(maker, ids) {
  const { below, bytes, pick, mutated, goodJson } = maker;
  const types = ['DEALER', 'PUSH', 'SUB', 'XSUB', 'REQ', 'PAIR', 'PUB', 'ROUTER', '', 'NONSENSE'];
  const shake = () => Buffer.concat([greeting(), ready(pick(types))]);
  const kinds = {
    randomBytes: () => bytes(1 + below(300)),
    greetingCut: () => greeting().subarray(0, below(64)),
    greetingOdd: () =>
      greeting({
        signature: pick([0, 1, 0x7f, 0xff]),
        major: pick([0, 1, 2, 3, 4, 255]),
        minor: below(256),
        mechanism: pick(['NULL', 'PLAIN', 'CURVE', 'GSSAPI', '', 'X'.repeat(20)]),
      }),
    greetingThenBytes: () => Buffer.concat([greeting(), bytes(below(200))]),
    readyMutated: () => Buffer.concat([greeting(), mutated(ready(pick(types), pick(ids)))]),
    readyLies: () =>
      Buffer.concat([
        greeting(),
        command(
          'READY',
          property('Socket-Type', Buffer.from('DEALER'), pick([0, 1, 0xffff, 0xffff_ffff])),
        ),
      ]),
    identityStolen: () =>
      Buffer.concat([greeting(), ready('DEALER', pick(ids)), frame(Buffer.from(goodJson()))]),
    identityLong: () =>
      Buffer.concat([
        greeting(),
        ready('DEALER', 'i'.repeat(pick([255, 256, 5_000]))),
        frame(bytes(5)),
      ]),
    frameTooLong: () =>
      Buffer.concat([
        shake(),
        frame(bytes(20), LONG, pick([8_388_609, 2 ** 31, 2 ** 32, 2 ** 53 - 1])),
      ]),
    frameCut: () =>
      Buffer.concat([shake(), frame(Buffer.from(goodJson())).subarray(0, 1 + below(100))]),
    flagsOdd: () => Buffer.concat([shake(), frame(bytes(below(40)), below(256))]),
    partsWithoutEnd: () =>
      Buffer.concat([
        shake(),
        ...Array.from({ length: 1 + below(50) }, () => frame(bytes(5), MORE)),
      ]),
    commandOdd: () =>
      Buffer.concat([
        shake(),
        command(
          pick(['PING', 'PONG', 'SUBSCRIBE', 'CANCEL', 'ERROR', 'JOIN', 'READY', '']),
          bytes(below(60)),
        ),
      ]),
    allMutated: () =>
      mutated(Buffer.concat([greeting(), ready('DEALER', 'x'), frame(Buffer.from(goodJson()))])),
  };
  const names = Object.keys(kinds);
  return () => {
    const kind = pick(names);
    return { kind: `zmtp.${kind}`, bytes: kinds[kind]() };
  };
}
