import { describe, expect, it } from 'vitest';
import { SerialSender, type Frames } from '../../../src/ipc/serial-sender.ts';

/** A socket that takes a message only when told to, and one at a time, as zeromq's do. */
class SlowSocket {
  readonly taken: Frames[] = [];
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  readonly send = (frames: Frames): Promise<void> => {
    if (this.#settle !== undefined) throw new Error('Socket is busy writing');
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.taken.push(frames);
    });
  };

  async next(error?: Error): Promise<void> {
    const settle = this.#settle;
    this.#settle = undefined;
    if (error === undefined) settle?.resolve();
    else settle?.reject(error);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('SerialSender', () => {
  it('sends one message after the other, in order', async () => {
    const socket = new SlowSocket();
    const sender = new SerialSender(socket.send, 10);
    const sent = ['a', 'b', 'c'].map((text) => sender.send([text]));
    for (let step = 0; step < 3; step += 1) await socket.next();
    await Promise.all(sent);
    expect(socket.taken).toEqual([['a'], ['b'], ['c']]);
  });

  it('sends the second only once the first is taken', async () => {
    const socket = new SlowSocket();
    const sender = new SerialSender(socket.send, 10);
    void sender.send(['a']);
    void sender.send(['b']);
    expect(socket.taken).toEqual([['a']]);
  });

  it('resolves each once it is taken', async () => {
    const socket = new SlowSocket();
    const sender = new SerialSender(socket.send, 10);
    const done: string[] = [];
    void sender.send(['a']).then(() => done.push('a'));
    void sender.send(['b']).then(() => done.push('b'));
    await socket.next();
    expect(done).toEqual(['a']);
  });

  it('refuses what does not fit, and sends the rest', async () => {
    const socket = new SlowSocket();
    const sender = new SerialSender(socket.send, 2);
    const sent = ['a', 'b', 'c', 'd'].map((text) =>
      sender.send([text]).then(
        () => text,
        (error: { code: string }) => error.code,
      ),
    );
    for (let step = 0; step < 3; step += 1) await socket.next();
    expect(await Promise.all(sent)).toEqual(['a', 'b', 'c', 'SEND_QUEUE_FULL']);
  });

  it('has room again afterwards', async () => {
    const socket = new SlowSocket();
    const sender = new SerialSender(socket.send, 1);
    void sender.send(['a']);
    void sender.send(['b']);
    await sender.send(['c']).catch(() => undefined);
    await socket.next();
    await socket.next();
    void sender.send(['d']);
    expect(socket.taken).toEqual([['a'], ['b'], ['d']]);
  });

  it('rejects what the socket refuses, and goes on with the next', async () => {
    const socket = new SlowSocket();
    const sender = new SerialSender(socket.send, 10);
    const first = sender.send(['a']);
    const failure = expect(first).rejects.toThrow('no route');
    const second = sender.send(['b']);
    await socket.next(new Error('no route'));
    await socket.next();
    await failure;
    await expect(second).resolves.toBeUndefined();
  });

  it('takes what the socket throws at once like a refusal', async () => {
    const sender = new SerialSender(() => {
      throw new Error('closed');
    }, 10);
    await expect(sender.send(['a'])).rejects.toThrow('closed');
  });

  it('makes an Error of what is none', async () => {
    // oxlint-disable-next-line prefer-promise-reject-errors -- that is the case in question
    const sender = new SerialSender(() => Promise.reject('closed'), 10);
    await expect(sender.send(['a'])).rejects.toThrow('closed');
  });
});
