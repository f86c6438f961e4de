import type { Logger } from '../../base/logger.ts';
import { Secret } from '../../exchange/secret.ts';
import type { AlertChannel } from '../alerts/alert-channel.ts';
import { Alerts } from '../alerts/alerts.ts';
import { EmailChannel } from '../alerts/channels/email-channel.ts';
import { TelegramChannel } from '../alerts/channels/telegram-channel.ts';
import { WebhookChannel } from '../alerts/channels/webhook-channel.ts';
import type { ServiceConfig } from '../config/config-schema.ts';

type Config = ServiceConfig['alerts'];

/** Alerts through the channels that a configuration names. @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION` */
export function openAlerts(config: Config, logger: Logger): Alerts {
  return new Alerts({ ...optionsOf(config), logger });
}

/** Goes on as a configuration says. @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION`; nothing has changed then */
export function configureAlerts(alerts: Alerts, config: Config): void {
  alerts.configure(optionsOf(config));
}

function optionsOf(config: Config): Parameters<Alerts['configure']>[0] {
  const { minSeverity, repeatAfterS } = config;
  return { channels: channelsOf(config), minSeverity, repeatAfterMs: repeatAfterS * 1_000 };
}

function channelsOf({ webhook, telegram, email }: Config): AlertChannel[] {
  const channels: AlertChannel[] = [];
  if (webhook !== undefined) {
    const { url, secret } = webhook;
    channels.push(
      new WebhookChannel({
        url: new Secret(url),
        ...(secret !== null && { secret: new Secret(secret) }),
      }),
    );
  }
  if (telegram !== undefined) {
    const { botToken, chatId, baseUrl } = telegram;
    channels.push(
      new TelegramChannel({
        botToken: new Secret(botToken),
        chatId,
        ...(baseUrl !== undefined && { baseUrl }),
      }),
    );
  }
  if (email !== undefined) {
    const { host, port, user, password, from, to, implicitTls } = email;
    channels.push(
      new EmailChannel({
        host,
        port,
        from,
        to,
        tls: implicitTls ? 'implicit' : 'starttls',
        ...(user !== null && { user }),
        ...(password !== null && { password: new Secret(password) }),
      }),
    );
  }
  return channels;
}
