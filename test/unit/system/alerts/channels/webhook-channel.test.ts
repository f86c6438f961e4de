import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../../src/exchange/secret.ts';
import { WebhookChannel } from '../../../../../src/system/alerts/channels/webhook-channel.ts';
import { rejection } from '../../../../integration/support/wait.ts';
import { anAlert, serve } from '../fixtures.ts';

const CANARY = 'canary-0f8a6d';
const SOON = AbortSignal.timeout(30_000);

describe('a webhook', () => {
  it('gets the alert as JSON', async () => {
    const { url, requests } = await serve();
    const alert = anAlert({ facts: { n: 1 } });
    await new WebhookChannel({ url: `${url}/hook?x=1` }).send(alert, SOON);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.path).toBe('/hook?x=1');
    expect(requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-quantcell-delivery': 'run-1',
    });
    expect(requests[0]?.headers).not.toHaveProperty('x-quantcell-signature');
    expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ source: 'quantcell', ...alert });
  });

  it('gets a signature of the time and the body', async () => {
    const { url, requests } = await serve();
    await new WebhookChannel({ url, secret: new Secret(CANARY) }).send(anAlert(), SOON);
    const { headers, body } = requests[0] as (typeof requests)[number];
    const timestamp = headers['x-quantcell-timestamp'] as string;
    expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(60);
    const mac = createHmac('sha256', CANARY).update(`${timestamp}.${body}`).digest('hex');
    expect(headers['x-quantcell-signature']).toBe(`sha256=${mac}`);
  });

  it('that sends elsewhere is not followed', async () => {
    const elsewhere = await serve();
    const { url } = await serve((response) => {
      response.writeHead(307, { location: elsewhere.url }).end();
    });
    const failed = new WebhookChannel({ url }).send(anAlert(), SOON);
    expect(await rejection(failed)).toMatchObject({ code: 'ALERT_NOT_SENT', isFinal: true });
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([
    [500, false, null],
    [429, false, 7_000],
    [408, false, null],
    [404, true, null],
  ])('that answers %i has not taken it', async (status, isFinal, retryAfterMs) => {
    const { url } = await serve((response) => {
      response.writeHead(status, retryAfterMs === null ? {} : { 'retry-after': '7' }).end('why');
    });
    const failed = new WebhookChannel({ url }).send(anAlert(), SOON);
    expect(await rejection(failed)).toMatchObject({
      message: `the answer is ${status}: why`,
      isFinal,
      retryAfterMs,
    });
  });

  it('that does not answer is given up', async () => {
    const { url } = await serve(() => undefined);
    const failed = new WebhookChannel({ url }).send(anAlert(), AbortSignal.timeout(50));
    expect(await rejection(failed)).toMatchObject({ message: 'no answer in time' });
  });

  it('whose answer has no end is read no further than it is of use', async () => {
    const { url } = await serve((response) => {
      response.writeHead(500);
      const more = (): void => {
        if (!response.destroyed) response.write('x'.repeat(10_000), more);
      };
      more();
    });
    const failed = new WebhookChannel({ url }).send(anAlert(), SOON);
    expect((await rejection(failed)).message.length).toBeLessThan(400);
  });

  it('shows no secret in what it throws, whatever the other side answers', async () => {
    const secret = new Secret(CANARY);
    const echo = await serve((response) => {
      response.writeHead(500).end(`no: ${CANARY} ${Buffer.from(CANARY).toString('base64')}`);
    });
    const base64 = Buffer.from(CANARY).toString('base64');
    const urls = [`${echo.url}/${CANARY}`, `http://127.0.0.1:1/${CANARY}`];
    for (const url of urls) {
      const channel = new WebhookChannel({ url: new Secret(url), secret });
      const thrown = await rejection(channel.send(anAlert(), SOON));
      const shown = `${inspect(thrown, { depth: 9 })} ${inspect(channel, { depth: 9 })}`;
      expect(shown).not.toContain(CANARY);
      expect(shown).not.toContain(base64);
    }
  });

  it.each(['', 'ftp://a/b', 'nowhere', 'http://user:pass@host/'])('is not at %j', (url) => {
    expect(() => new WebhookChannel({ url })).toThrow('an address of http or https');
    expect(() => new WebhookChannel({ url: `${url} ${CANARY}` })).not.toThrow(CANARY);
  });
});
