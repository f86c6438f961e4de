import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../../src/exchange/secret.ts';
import { TelegramChannel } from '../../../../../src/system/alerts/channels/telegram-channel.ts';
import { rejection } from '../../../../integration/support/wait.ts';
import { anAlert, serve } from '../fixtures.ts';

const TOKEN = '123456:canary-0f8a6d';
const SOON = AbortSignal.timeout(30_000);

function channelAt(baseUrl: string, chatId = '-100123'): TelegramChannel {
  return new TelegramChannel({ botToken: new Secret(TOKEN), chatId, baseUrl });
}

describe('a Telegram bot', () => {
  it('sends the alert as plain text', async () => {
    const { url, requests } = await serve((response) => response.end('{"ok":true}'));
    await channelAt(`${url}/`).send(anAlert({ text: 'a <b>*x*</b>' }), SOON);
    expect(requests[0]?.path).toBe(`/bot${TOKEN}/sendMessage`);
    const message = JSON.parse(requests[0]?.body ?? '') as Record<string, unknown>;
    expect(message).toMatchObject({ chat_id: '-100123', disable_notification: false });
    expect(message).not.toHaveProperty('parse_mode');
    expect(message['text']).toBe(
      '[warning] worker a ended\n\na <b>*x*</b>\n\nworker-ended · a · 2022-01-01T00:00:00.000Z',
    );
  });

  it('says what is over as such', async () => {
    const { url, requests } = await serve();
    await channelAt(url).send(anAlert({ isResolved: true, severity: 'info' }), SOON);
    expect(requests[0]?.body).toContain('[resolved] worker a ended');
  });

  it('waits for as long as it is told to', async () => {
    const { url } = await serve((response) => {
      response.writeHead(429).end('{"ok":false,"parameters":{"retry_after":31}}');
    });
    const thrown = await rejection(channelAt(url).send(anAlert(), SOON));
    expect(thrown).toMatchObject({ isFinal: false, retryAfterMs: 31_000 });
  });

  it('shows its token in nothing that it throws', async () => {
    const echo = await serve((response) => response.writeHead(401).end(`bad token ${TOKEN}`));
    for (const url of [echo.url, 'http://127.0.0.1:1']) {
      const channel = channelAt(url);
      const thrown = await rejection(channel.send(anAlert(), SOON));
      expect(`${inspect(thrown, { depth: 9 })} ${inspect(channel)}`).not.toContain('canary');
    }
  });

  it('is not made of what can not be', () => {
    expect(() => channelAt('nowhere')).toThrow('telegram.baseUrl is "nowhere"');
    expect(() => channelAt('http://localhost', 'a b')).toThrow('telegram.chatId is "a b"');
    const botToken = new Secret('canary/../x');
    const make = (): unknown => new TelegramChannel({ botToken, chatId: '1' });
    expect(make).toThrow('telegram.botToken is "[secret]"');
  });
});
