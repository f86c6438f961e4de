import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as zmq from 'zeromq';
import { seededRandom } from '../../../src/base/random.ts';
import { Message } from '../../../src/protocol/message.ts';
import { MessageType } from '../../../src/protocol/message-type.ts';
import { bar } from '../support/bars.ts';
import { fixture } from '../support/files.ts';
import { startManager } from '../support/managers.ts';
import { waitFor } from '../support/wait.ts';

let manager: Awaited<ReturnType<typeof startManager>>;
let home: string;
let sockets: (zmq.Dealer | zmq.Push)[];
let warnings: string[];
let sent = 0;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
  manager = await startManager({
    home,
    pool: { minSize: 1 },
    logger: { log: (level, message) => level === 'warn' && warnings.push(message) },
  });
  await manager.startStrategy(fixture('tells-all'), {}, 'a');
});
afterAll(async () => {
  await manager.stop();
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  warnings = [];
  sockets = [];
});
afterEach(() => {
  for (const socket of sockets) socket.close();
});

function dealer(routingId?: string): zmq.Dealer {
  const socket = new zmq.Dealer({ linger: 1_000, ...(routingId && { routingId }) });
  socket.connect(`ipc://${join(home, 'run/control.sock')}`);
  sockets.push(socket);
  return socket;
}

function push(): zmq.Push {
  const socket = new zmq.Push({ linger: 1_000 });
  socket.connect(`ipc://${join(home, 'run/status.sock')}`);
  sockets.push(socket);
  return socket;
}

function malformed(): number {
  return manager.getStats().sockets.malformed;
}

/** What of the manager a stranger must not be able to change. */
function facts(): unknown {
  const { state, pid, restartCount, params, symbols, report, lastError, counters } =
    manager.getWorkerStatus('a');
  const { messagesProcessed, errorCount } = counters;
  const { workers, broker, supervisor } = manager.getStats();
  return {
    worker: {
      state,
      pid,
      restartCount,
      params,
      symbols,
      report,
      lastError,
      messagesProcessed,
      errorCount,
    },
    workers,
    broker,
    supervisor,
    moves: manager.told.moves.length,
    logs: manager.told.logs.length,
    exits: manager.told.exits.length,
    faults: manager.told.faults.length,
  };
}

/** Sends, waits until so many are counted, and expects that nothing else has changed. */
async function expectRefused(count: number, send: () => Promise<unknown>): Promise<void> {
  const countedBefore = malformed();
  const before = facts();
  await send();
  await waitFor(`${count} refused`, () => malformed() === countedBefore + count);
  expect(facts()).toEqual(before);
}

async function expectWorkerGoesOn(): Promise<void> {
  sent += 1;
  const last = `BTC/USDT ${sent}`;
  await manager.updateParams('a', { n: sent });
  void manager.broker.publishBatch([bar(sent)]);
  await waitFor('the bar', () =>
    (manager.getWorkerStatus('a').report['seen'] as string[]).includes(last),
  );
}

const report = {
  reportId: 1_000_000,
  state: 'error',
  transitions: [{ revision: 1_000, from: 'running', to: 'error', trigger: 'a stranger', at: 1 }],
  counters: {},
};

describe('a stranger on the control socket', () => {
  it.each<[string, (string | Buffer)[]]>([
    ['no JSON', ['what?']],
    ['bytes that are no text', [Buffer.from([0xff, 0xfe, 0x00, 0x80])]],
    ['nothing', ['']],
    ['JSON that is no object', ['[1, 2]']],
    ['no type', ['{}']],
    ['a type that is not known', ['{"msg_type":"sell_everything"}']],
    ['a type that the host says and never hears', ['{"msg_type":"stop"}']],
    ['a payload that is no object', ['{"msg_type":"heartbeat","payload":5}']],
    ['a payload without what it needs', ['{"msg_type":"reply","payload":{}}']],
    ['another version', ['{"msg_type":"heartbeat","payload":{"state":"running"},"version":99}']],
    ['too many parts', ['{}', '{}', '{}']],
    [
      'a message that is too long',
      [`{"msg_type":"heartbeat","payload":{"x":"${'x'.repeat(1_100_000)}"}}`],
    ],
    [
      'an envelope nested deep',
      [`{"msg_type":"heartbeat","payload":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`],
    ],
    ['a name that every object has', ['{"msg_type":"constructor"}']],
  ])('is counted and ignored: %s', async (_what, frames) => {
    await expectRefused(1, () => dealer().send(frames));
    await expectWorkerGoesOn();
  });

  it('is not welcome without having been started here', async () => {
    const hello = new Message(MessageType.HELLO, {
      payload: { secret: 'x'.repeat(64), pid: 1, version: 1 },
    });

    await expectRefused(1, () => dealer('p-stranger').send(hello.toJson()));
  });

  it('does not become a worker by naming its id', async () => {
    const stop = new Message(MessageType.STATUS_UPDATE, { workerId: 'a', payload: report });
    const heartbeat = new Message(MessageType.HEARTBEAT, {
      workerId: 'a',
      payload: { state: 'error' },
    });

    await expectRefused(2, async () => {
      const socket = dealer('a');
      await socket.send(stop.toJson());
      await socket.send(heartbeat.toJson());
    });
  });

  it('does not become a worker by the routing id of its process', async () => {
    const [, processId = ''] = /(p-[0-9a-f]{18})/.exec(commandLineOfWorker()) ?? [];
    expect(processId).not.toBe('');
    const socket = dealer(processId);
    const countedBefore = malformed();
    const before = facts();
    await socket.send(new Message(MessageType.HEARTBEAT, { payload: { state: 'error' } }).toJson());
    // The host's socket drops a second peer of one name, so that there is nothing to be counted.
    await expectRefused(1, () => dealer().send('what?'));

    expect(malformed()).toBe(countedBefore + 1);
    expect(facts()).toEqual(before);
    await expectWorkerGoesOn();
  });

  it('hears nothing that is meant for a worker', async () => {
    const socket = dealer('p-stranger');
    socket.receiveTimeout = 300;
    await expectRefused(1, () => socket.send('what?'));
    await manager.updateParams('a', { n: 3 });

    await expect(socket.receive()).rejects.toThrow();
  });
});

describe('a stranger on the status socket', () => {
  it.each<[string, (string | Buffer)[]]>([
    ['no JSON', ['what?']],
    ['bytes that are no text', [Buffer.from([0xff, 0xfe, 0x00, 0x80])]],
    ['a type that is not known', ['{"msg_type":"sell_everything"}']],
    ['too many parts', ['{}', '{}']],
    [
      'a worker id without a session',
      ['{"msg_type":"heartbeat","worker_id":"a","payload":{"state":"error"}}'],
    ],
    [
      'a session that there is not',
      [
        `{"msg_type":"heartbeat","worker_id":"a","payload":{"state":"error"},"session":"${'0'.repeat(32)}"}`,
      ],
    ],
    ['a hello', ['{"msg_type":"hello","payload":{"secret":"x","pid":1,"version":1}}']],
    ['log lines', ['{"msg_type":"log","worker_id":"a","payload":{"lines":[]}}']],
  ])('is counted and ignored: %s', async (_what, frames) => {
    await expectRefused(1, () => push().send(frames));
    await expectWorkerGoesOn();
  });
});

describe('a flood of broken messages', () => {
  it('is counted, and logged at most once a second', async () => {
    const count = 2_000;
    const random = seededRandom(7);
    while (warnings.length === 0) await expectRefused(1, () => push().send('what?'));
    warnings = [];
    const startedMs = performance.now();
    await expectRefused(2 * count, async () => {
      const control = dealer();
      const status = push();
      for (let index = 0; index < count; index += 1) {
        const frame = randomBytes(1 + Math.floor(random() * 200));
        await control.send(frame);
        await status.send(frame);
      }
    });
    const seconds = (performance.now() - startedMs) / 1_000;

    expect(warnings.length).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    await expectWorkerGoesOn();
  });

  it('of frames that are larger than any may be breaks only the connection of its sender', async () => {
    const before = facts();
    const socket = dealer();
    await socket.send(Buffer.alloc(9_000_000));
    await expectRefused(1, () => dealer().send('what?'));

    expect(facts()).toEqual(before);
    await expectWorkerGoesOn();
  });
});

function commandLineOfWorker(): string {
  const { pid } = manager.getWorkerStatus('a');
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
}
