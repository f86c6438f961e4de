import { createHmac } from 'node:crypto';
import { Secret } from '../../../exchange/secret.ts';
import { InvalidAlertOptionError } from '../errors.ts';
import type { Alert } from '../alert.ts';
import type { AlertChannel } from '../alert-channel.ts';
import { postable, postJson } from './http-post.ts';

export interface WebhookOptions {
  /** http or https; a `Secret` where it holds one, as those of chat services do. */
  readonly url: string | Secret;
  /** Signs what is posted. @default not signed */
  readonly secret?: Secret;
  /** @default webhook */
  readonly name?: string;
}

/**
 * Posts each alert as JSON. With a secret, the header `X-QuantCell-Signature` is `sha256=` and the HMAC-SHA256
 * in hex of the header `X-QuantCell-Timestamp` (seconds since the Unix epoch), a point, and the body as it is.
 */
export class WebhookChannel implements AlertChannel {
  readonly name: string;
  readonly #url: Secret;
  readonly #secret: Secret | undefined;

  /** @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION` */
  constructor({ url, secret, name = 'webhook' }: WebhookOptions) {
    this.name = name;
    this.#url = typeof url === 'string' ? new Secret(url) : url;
    this.#secret = secret;
    try {
      postable(this.#url.reveal());
    } catch {
      // Not quoted: it may hold a token, and be wrong in another place.
      throw new InvalidAlertOptionError('webhook.url', this.#url, 'an address of http or https');
    }
    if (secret?.reveal() === '')
      throw new InvalidAlertOptionError('webhook.secret', secret, 'a text that is not empty');
  }

  async send(alert: Alert, signal: AbortSignal): Promise<void> {
    const body = JSON.stringify({ source: 'quantcell', ...alert });
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const secret = this.#secret;
    const headers = {
      'x-quantcell-delivery': alert.id,
      'x-quantcell-timestamp': timestamp,
      ...(secret && { 'x-quantcell-signature': `sha256=${sign(secret, timestamp, body)}` }),
    };
    await postJson({ url: this.#url, body, headers, secrets: secret ? [secret] : [] }, signal);
  }
}

function sign(secret: Secret, timestamp: string, body: string): string {
  return createHmac('sha256', secret.reveal()).update(`${timestamp}.${body}`).digest('hex');
}
