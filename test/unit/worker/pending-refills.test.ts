import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PendingRefills, type RefillRequest } from '../../../src/worker/pending-refills.ts';
import { bars } from './support.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

type Sent = RefillRequest & { readonly requestId: string };

function collect(): { refills: PendingRefills; sent: Sent[] } {
  const sent: Sent[] = [];
  const refills = new PendingRefills(async (request) => void sent.push(request));
  return { refills, sent };
}

const idOf = (sent: Sent[], index = 0): string => sent[index]?.requestId ?? '';

describe('PendingRefills', () => {
  it('asks with an id of its own', () => {
    const { refills, sent } = collect();
    void refills.request(1, 3, 5);
    void refills.request(1, 3, 5);
    expect(sent[0]).toMatchObject({ topicId: 1, fromSeq: 3, toSeq: 5 });
    expect(idOf(sent, 0)).not.toBe(idOf(sent, 1));
  });

  it('gives the records of the answer', async () => {
    const { refills, sent } = collect();
    const answer = refills.request(1, 1, 2);
    refills.settle({ replyTo: idOf(sent) }, bars(1, 2).bytes);
    expect((await answer)?.buffer.bytes).toEqual(bars(1, 2).bytes);
  });

  it('tells answers apart', async () => {
    const { refills, sent } = collect();
    const first = refills.request(1, 1, 1);
    const second = refills.request(1, 2, 2);
    refills.settle({ replyTo: idOf(sent, 1) }, bars(2, 2).bytes);
    refills.settle({ replyTo: idOf(sent, 0) }, bars(1, 1).bytes);
    const answers = await Promise.all([first, second]);
    expect(answers.map((answer) => answer?.buffer.bytes)).toEqual([
      bars(1, 1).bytes,
      bars(2, 2).bytes,
    ]);
  });

  it.each([
    ['nothing is attached', undefined],
    ['the records are cut', bars(1, 1).bytes.subarray(0, -8)],
    ['the records are random bytes', Buffer.alloc(64, 0xaa)],
  ])('gives null where %s', async (_what, attachment) => {
    const { refills, sent } = collect();
    const answer = refills.request(1, 1, 1);
    refills.settle({ replyTo: idOf(sent) }, attachment);
    expect(await answer).toBeNull();
  });

  it('gives null where no answer comes in time', async () => {
    const { refills } = collect();
    const answer = refills.request(1, 1, 1);
    vi.advanceTimersByTime(2_000);
    expect(await answer).toBeNull();
  });

  it('gives null where the request could not be sent', async () => {
    const refills = new PendingRefills(() => Promise.reject(new Error('closed')));
    expect(await refills.request(1, 1, 1)).toBeNull();
  });

  it('passes over an answer to nothing, or one too late', async () => {
    const { refills, sent } = collect();
    const answer = refills.request(1, 1, 1);
    vi.advanceTimersByTime(2_000);
    await answer;
    refills.settle({ replyTo: idOf(sent) }, bars(1, 1).bytes);
    refills.settle({ replyTo: 'never asked' }, undefined);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer behind once answered', async () => {
    const { refills, sent } = collect();
    const answer = refills.request(1, 1, 1);
    refills.settle({ replyTo: idOf(sent) }, undefined);
    await answer;
    expect(vi.getTimerCount()).toBe(0);
  });
});
