import { Secret } from '../../../exchange/secret.ts';
import { InvalidAlertOptionError } from '../errors.ts';
import { textOf, type Alert } from '../alert.ts';
import type { AlertChannel } from '../alert-channel.ts';
import { postable, postJson } from './http-post.ts';

export interface TelegramOptions {
  /** As BotFather gives it. */
  readonly botToken: Secret;
  /** Number of a chat, or `@name` of a channel. */
  readonly chatId: string;
  /** @default https://api.telegram.org */
  readonly baseUrl?: string;
  /** @default telegram */
  readonly name?: string;
}

/** What Telegram takes as one message, characters. */
const MAX_CHARS = 4_096;

/** Sends each alert as a message of a Telegram bot; as plain text, so that nothing in it is taken for a mark. */
export class TelegramChannel implements AlertChannel {
  readonly name: string;
  readonly #url: Secret;
  readonly #token: Secret;
  readonly #chatId: string;

  /** @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION` */
  constructor({ botToken, chatId, baseUrl, name = 'telegram' }: TelegramOptions) {
    this.name = name;
    this.#token = botToken;
    this.#chatId = chatId;
    if (!/^[A-Za-z0-9:_-]{1,256}$/.test(botToken.reveal()))
      throw new InvalidAlertOptionError('telegram.botToken', botToken, 'as 123456:ABC-def');
    if (!/^(?:-?\d{1,20}|@\w{1,64})$/.test(chatId))
      throw new InvalidAlertOptionError('telegram.chatId', chatId, 'a number or @name');
    const base = baseUrl ?? 'https://api.telegram.org';
    try {
      const path = postable(base).href.replace(/\/+$/, '');
      this.#url = new Secret(`${path}/bot${botToken.reveal()}/sendMessage`);
    } catch {
      throw new InvalidAlertOptionError('telegram.baseUrl', base, 'an address of http or https');
    }
  }

  async send(alert: Alert, signal: AbortSignal): Promise<void> {
    const { title, body } = textOf(alert);
    const message = {
      chat_id: this.#chatId,
      text: `${title}\n\n${body}`.slice(0, MAX_CHARS),
      link_preview_options: { is_disabled: true },
      disable_notification: alert.severity === 'info',
    };
    const secrets = [this.#token];
    await postJson({ url: this.#url, body: JSON.stringify(message), secrets }, signal);
  }
}
