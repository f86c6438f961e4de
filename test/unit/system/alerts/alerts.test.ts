import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ManualClock } from '../../../../src/base/clock.ts';
import { Secret } from '../../../../src/exchange/secret.ts';
import type { Alert } from '../../../../src/system/alerts/alert.ts';
import type { AlertChannel } from '../../../../src/system/alerts/alert-channel.ts';
import { WebhookChannel } from '../../../../src/system/alerts/channels/webhook-channel.ts';
import { AlertError } from '../../../../src/system/alerts/errors.ts';
import { Alerts } from '../../../../src/system/alerts/alerts.ts';
import type { AlertsOptions } from '../../../../src/system/alerts/options.ts';
import { waitFor } from '../../../integration/support/wait.ts';
import { anInput, keepingLogger, serve } from './fixtures.ts';

/** A channel that does with each alert what it is told to, and keeps those that it took. */
class TestChannel implements AlertChannel {
  readonly name: string;
  readonly taken: Alert[] = [];
  attempts = 0;
  act: (alert: Alert, signal: AbortSignal) => Promise<void> = () => Promise.resolve();

  constructor(name = 'test') {
    this.name = name;
  }

  async send(alert: Alert, signal: AbortSignal): Promise<void> {
    this.attempts += 1;
    await this.act(alert, signal);
    this.taken.push(alert);
  }

  get titles(): string[] {
    return this.taken.map(({ title }) => title);
  }
}

function rigOf(options: AlertsOptions = {}, channel = new TestChannel()) {
  const clock = new ManualClock(1_000_000);
  const logger = keepingLogger();
  const channels = [channel, ...(options.channels ?? [])];
  const alerts = new Alerts({ clock, logger, retryDelayMs: 1, ...options, channels });
  onTestFinished(() => alerts.stop());
  const taken = (count: number) =>
    waitFor(`${count} alerts`, () => channel.taken.length >= count && channel.taken);
  return { alerts, channel, clock, logger, taken };
}

describe('an alert', () => {
  it('is listed, told to listeners, and sent', async () => {
    const { alerts, taken } = rigOf();
    const heard: Alert[] = [];
    alerts.on('alert', (alert) => heard.push(alert));
    alerts.raise(anInput({ facts: { n: 1 } }));
    const [sent] = await taken(1);
    expect(sent).toMatchObject({
      seq: 1,
      at: 1_000_000,
      kind: 'worker-ended',
      severity: 'warning',
      subject: 'a',
      title: 'worker a ended',
      facts: { n: 1 },
      count: 1,
      isResolved: false,
    });
    expect(heard).toEqual([sent]);
    expect(alerts.recent()).toEqual([sent]);
    expect(alerts.seq).toBe(1);
  });

  it('that is less severe than asked for is listed and not sent', async () => {
    const { alerts, channel } = rigOf();
    alerts.raise(anInput({ severity: 'info', subject: 'b' }));
    alerts.raise(anInput());
    await alerts.stop();
    expect(channel.taken.map(({ subject }) => subject)).toEqual(['a']);
    expect(alerts.recent().map(({ subject }) => subject)).toEqual(['a', 'b']);
  });

  it('has no control characters and no lines in its title, and a bounded text', async () => {
    const { alerts } = rigOf();
    const title = 'a\r\nBcc: x@y.z\u001b[31m';
    alerts.raise(anInput({ title, text: `${'x'.repeat(10_000)}\u0000` }));
    const [alert] = alerts.recent();
    expect(alert?.title).toBe('a Bcc: x@y.z [31m');
    expect(alert?.text).toHaveLength(2_000);
  });

  it('is not kept from the others by a listener that throws', () => {
    const { alerts, logger } = rigOf();
    const heard: number[] = [];
    alerts.on('alert', () => {
      throw new Error('a listener');
    });
    alerts.on('alert', ({ seq }) => heard.push(seq));
    alerts.raise(anInput());
    expect(heard).toEqual([1]);
    expect(logger.lines.join()).toContain('a listener of alerts threw: a listener');
  });

  it('is the newest of a list that is bounded', () => {
    const { alerts } = rigOf({ keep: 2 });
    for (const subject of ['a', 'b', 'c']) alerts.raise(anInput({ subject }));
    expect(alerts.recent().map(({ seq }) => seq)).toEqual([3, 2]);
    expect(alerts.recent(1).map(({ seq }) => seq)).toEqual([3]);
  });
});

describe('alerts that are alike', () => {
  it('are told once, and then as a number', async () => {
    const { alerts, clock, taken, channel } = rigOf({ repeatAfterMs: 60_000 });
    for (let n = 1; n <= 5; n += 1) alerts.raise(anInput({ text: `number ${n}` }));
    alerts.raise(anInput({ subject: 'b' }));
    await taken(2);
    clock.advance(60_000);
    alerts.raise(anInput({ subject: 'c' }));
    const sent = await taken(4);
    expect(sent.map(({ subject, count }) => `${subject} ${count}`)).toEqual([
      'a 1',
      'b 1',
      'a 4',
      'c 1',
    ]);
    expect(sent[2]?.title).toBe('worker a ended (4 more)');
    expect(sent[2]?.text).toContain('number 5');
    expect(alerts.counts.get('worker-ended')).toBe(7);
    expect(channel.taken).toHaveLength(4);
  });

  it('are told as a number even if nothing else happens', async () => {
    const channel = new TestChannel();
    const alerts = new Alerts({ channels: [channel], repeatAfterMs: 50 });
    onTestFinished(() => alerts.stop());
    alerts.raise(anInput());
    alerts.raise(anInput());
    await waitFor('the number', () => channel.taken[1]?.count === 1 && channel.taken[1]);
    expect(channel.taken[1]?.title).toContain('(1 more)');
  });

  it('are each told where none is like another', async () => {
    const { alerts, taken } = rigOf();
    for (let n = 0; n < 3; n += 1) alerts.raise(anInput({ isEachTold: true }));
    await taken(3);
  });

  it('are told as a number at the end', async () => {
    const { alerts, channel } = rigOf();
    alerts.raise(anInput());
    alerts.raise(anInput());
    alerts.raise(anInput());
    await alerts.stop();
    expect(channel.titles).toEqual(['worker a ended', 'worker a ended (2 more)']);
  });
});

describe('what is over', () => {
  const over = {
    kind: 'worker-ended',
    subject: 'a',
    title: 'a runs again',
    text: 'It runs.',
  } as const;

  it('is told once, through the channels that the alert went to', async () => {
    const { alerts, taken, channel } = rigOf();
    alerts.raise(anInput());
    alerts.resolve(over);
    alerts.resolve(over);
    await taken(2);
    await alerts.stop();
    expect(channel.taken.map(({ isResolved, severity }) => `${isResolved} ${severity}`)).toEqual([
      'false warning',
      'true info',
    ]);
  });

  it('is not told of what never was, nor sent of what was not sent', async () => {
    const { alerts, channel } = rigOf();
    alerts.resolve(over);
    expect(alerts.recent()).toEqual([]);
    alerts.raise(anInput({ severity: 'info' }));
    alerts.resolve(over);
    await alerts.stop();
    expect(alerts.recent()).toHaveLength(2);
    expect(channel.taken).toEqual([]);
  });
});

describe('a channel', () => {
  it('that fails is tried again, and the failure is logged', async () => {
    const { alerts, channel, taken, logger } = rigOf({ retries: 2 });
    channel.act = () =>
      channel.attempts < 3 ? Promise.reject(new AlertError('busy')) : Promise.resolve();
    alerts.raise(anInput());
    await taken(1);
    expect(channel.attempts).toBe(3);
    channel.act = () => Promise.reject(new AlertError('gone'));
    alerts.raise(anInput({ subject: 'b' }));
    await waitFor('the log', () =>
      logger.lines.some((line) => line.includes('through test: gone')),
    );
    expect(channel.attempts).toBe(6);
  });

  it('that refuses for good is not tried again', async () => {
    const { alerts, channel, logger } = rigOf({ retries: 5 });
    channel.act = () => Promise.reject(new AlertError('no', { isFinal: true }));
    alerts.raise(anInput());
    await waitFor('the log', () => logger.lines.some((line) => line.includes('through test: no')));
    expect(channel.attempts).toBe(1);
  });

  it('shows its secrets neither in the log, nor in a test, nor in the list', async () => {
    const canary = 'canary-0f8a6d';
    const { url } = await serve((response) => response.writeHead(401).end(`no: ${canary}`));
    const secret = new Secret(canary);
    const hook = new WebhookChannel({ url: new Secret(`${url}/${canary}`), secret, name: 'hook' });
    const { alerts, logger } = rigOf({ channels: [hook] });
    alerts.raise(anInput());
    await waitFor('the log', () => logger.lines.some((line) => line.includes('through hook')));
    const shown = [logger.lines, await alerts.test(), alerts.recent(), alerts.channelStats, alerts];
    expect(shown.map((one) => inspect(one, { depth: 9 })).join()).not.toContain(canary);
    expect(logger.lines.join()).toContain('the answer is 401: no: [secret]');
  });

  it('that never answers is given up, and does not hold the others', async () => {
    const other = new TestChannel('other');
    const { alerts, channel, logger } = rigOf({ timeoutMs: 50, retries: 0, channels: [other] });
    channel.act = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new AlertError('no answer in time')));
      });
    alerts.raise(anInput());
    await waitFor('the other one', () => other.taken.length === 1);
    await waitFor('the log', () => logger.lines.some((line) => line.includes('no answer in time')));
  });

  it('sends so many a minute, keeps a part for critical ones, and tells of the rest', async () => {
    const { alerts, channel, taken, clock } = rigOf({ perMinute: 8, summaryAfterMs: 200 });
    for (let n = 0; n < 20; n += 1) alerts.raise(anInput({ subject: `worker-${n}` }));
    alerts.raise(anInput({ subject: 'x', severity: 'critical', kind: 'kill-switch' }));
    const sent = await taken(8);
    expect(sent.filter(({ severity }) => severity === 'warning')).toHaveLength(7);
    const [, last] = [channel, sent.at(-1)];
    expect(last).toMatchObject({ kind: 'alerts-missed', count: 14 });
    expect(last?.text).toContain('14 worker-ended');
    expect(alerts.channelStats).toMatchObject([{ name: 'test', sent: 8, dropped: 14 }]);
    clock.advance(60_000);
    alerts.raise(anInput({ subject: 'y' }));
    await waitFor('the next one', () => channel.taken.at(-1)?.subject === 'y');
  });

  it('is told of what failed once it takes something again', async () => {
    const { alerts, channel } = rigOf({ retries: 0, summaryAfterMs: 20 });
    let isDown = true;
    channel.act = () => (isDown ? Promise.reject(new AlertError('down')) : Promise.resolve());
    alerts.raise(anInput({ severity: 'critical', title: 'all is lost' }));
    await waitFor('two failures', () => channel.attempts >= 3);
    isDown = false;
    const told = await waitFor('the sum', () => channel.taken[0]);
    expect(told).toMatchObject({ kind: 'alerts-missed', severity: 'critical', count: 1 });
    expect(told.text).toContain('critical: all is lost');
  });

  it('has a queue that is bounded, and what it has no room for is told of', async () => {
    const { alerts, channel } = rigOf({ queueLimit: 2, summaryAfterMs: 20, perMinute: 100 });
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    channel.act = () => held;
    for (let n = 0; n < 6; n += 1)
      alerts.raise(anInput({ subject: `worker-${n}`, severity: 'critical' }));
    expect(alerts.channelStats).toMatchObject([{ waiting: 2, dropped: 3 }]);
    await delay(50);
    go();
    await waitFor('the sum', () => channel.taken.at(-1)?.kind === 'alerts-missed');
    expect(channel.taken.at(-1)?.text).toContain('3 by full queue');
  });

  it('is tested past all limits, and it is said whether that worked', async () => {
    const other = new TestChannel('other');
    other.act = () => Promise.reject(new AlertError('the answer is 404'));
    const { alerts } = rigOf({ channels: [other] });
    expect(await alerts.test()).toEqual([
      { name: 'test', isSent: true, reason: null },
      { name: 'other', isSent: false, reason: 'the answer is 404' },
    ]);
  });
});

describe('the end of alerts', () => {
  it('sends what waits, but not for ever', async () => {
    const { alerts, channel, logger } = rigOf({ flushMs: 50, timeoutMs: 60_000 });
    channel.act = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new AlertError('aborted')));
      });
    alerts.raise(anInput());
    alerts.raise(anInput({ subject: 'b' }));
    await alerts.stop();
    expect(channel.taken).toEqual([]);
    expect(logger.lines.join()).toContain('1 alerts were not sent through test before the end');
    alerts.raise(anInput({ subject: 'c' }));
    expect(alerts.recent()).toHaveLength(2);
  });
});

describe('options of alerts', () => {
  it.each([
    [{ keep: 0 }, 'keep is 0: it must be a whole number from 1 to 100000'],
    [{ perMinute: 1.5 }, 'perMinute is 1.5'],
    [{ minSeverity: 'loud' as 'info' }, 'minSeverity is "loud": it must be one of info'],
    [{ channels: [new TestChannel(), new TestChannel()] }, 'a name that no other channel has'],
  ])('refuse %j', (options, message) => {
    expect(() => new Alerts(options)).toThrow(message);
  });
});

describe('configure', () => {
  it('goes on with other channels, and sends what waited for those before', async () => {
    const { alerts, channel, taken } = rigOf();
    const other = new TestChannel('other');
    let go = (): void => undefined;
    channel.act = () => new Promise((resolve) => (go = resolve));
    alerts.raise(anInput({ subject: 'before' }));
    await waitFor('the first attempt', () => channel.attempts > 0);
    alerts.configure({ channels: [other], minSeverity: 'critical' });
    alerts.raise(anInput({ subject: 'less severe' }));
    alerts.raise(anInput({ subject: 'after', severity: 'critical' }));
    await waitFor('the other channel', () => other.taken.length > 0);
    go();
    await taken(1);
    expect(channel.taken.map(({ subject }) => subject)).toEqual(['before']);
    expect(other.taken.map(({ subject }) => subject)).toEqual(['after']);
  });

  it('changes nothing if something is wrong', () => {
    const { alerts, channel } = rigOf();
    expect(() => alerts.configure({ channels: [], repeatAfterMs: 0 })).toThrow('repeatAfterMs');
    expect(alerts.channelStats).toHaveLength(1);
    expect(channel.attempts).toBe(0);
  });
});
