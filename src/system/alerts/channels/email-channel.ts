import { isIP } from 'node:net';
import type { Transporter } from 'nodemailer';
import { messageOf } from '../../../base/errors.ts';
import { Secret } from '../../../exchange/secret.ts';
import { AlertError, InvalidAlertOptionError } from '../errors.ts';
import { textOf, type Alert } from '../alert.ts';
import type { AlertChannel } from '../alert-channel.ts';
import { withoutSecrets } from './redacting.ts';

export interface EmailOptions {
  readonly host: string;
  /** @default 465 with `implicit`, 587 otherwise */
  readonly port?: number;
  /** @default none: the server is not logged in to */
  readonly user?: string;
  readonly password?: Secret;
  readonly from: string;
  readonly to: readonly string[];
  /**
   * `implicit`: TLS from the first byte; `starttls`: before anything that matters, or nothing is sent; `none`: only
   * for a server on this machine. @default starttls
   */
  readonly tls?: 'implicit' | 'starttls' | 'none';
  /** Certificates that are trusted beside those of the system, PEM. @default none */
  readonly ca?: string;
  /** @default email */
  readonly name?: string;
}

/** For each step of a connection, milliseconds; the signal ends the whole. */
const STEP_TIMEOUT_MS = 10_000;

/** Sends each alert as a mail, over a connection of its own. */
export class EmailChannel implements AlertChannel {
  readonly name: string;
  readonly #options: EmailOptions;
  readonly #secrets: readonly Secret[];

  /** @throws {InvalidAlertOptionError} code `INVALID_ALERT_OPTION` */
  constructor(options: EmailOptions) {
    this.name = options.name ?? 'email';
    this.#options = options;
    check(options);
    const { user, password } = options;
    // As one it goes over the line where a server asks for it so.
    const plain = new Secret(`\u0000${user ?? ''}\u0000${password?.reveal() ?? ''}`);
    this.#secrets = password === undefined ? [] : [password, plain];
  }

  async send(alert: Alert, signal: AbortSignal): Promise<void> {
    const { from, to } = this.#options;
    const { title, body } = textOf(alert);
    const transport = await this.#open();
    const aborted = new Promise<never>((_, reject) => {
      const end = (): void => reject(new AlertError('the mail server did not answer in time'));
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
    });
    try {
      const sending = transport.sendMail({
        from,
        to: [...to],
        subject: `QuantCell ${title}`,
        text: body,
        headers: { 'X-QuantCell-Alert': alert.id, 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      // It may still fail when nobody waits for it any more.
      sending.catch(() => undefined);
      await Promise.race([sending, aborted]);
    } catch (thrown) {
      throw this.#asAlertError(thrown);
    } finally {
      transport.close();
    }
  }

  async #open(): Promise<Transporter> {
    const { host, user, password, ca, tls = 'starttls' } = this.#options;
    // Not before: who has no mail to send need not load it.
    const { createTransport } = await import('nodemailer');
    return createTransport({
      host,
      port: this.#options.port ?? (tls === 'implicit' ? 465 : 587),
      secure: tls === 'implicit',
      requireTLS: tls === 'starttls',
      ignoreTLS: tls === 'none',
      ...(ca !== undefined && { tls: { ca } }),
      ...(user !== undefined && { auth: { user, pass: password?.reveal() ?? '' } }),
      connectionTimeout: STEP_TIMEOUT_MS,
      greetingTimeout: STEP_TIMEOUT_MS,
      socketTimeout: STEP_TIMEOUT_MS,
      dnsTimeout: STEP_TIMEOUT_MS,
    });
  }

  #asAlertError(thrown: unknown): AlertError {
    if (thrown instanceof AlertError) return thrown;
    const code = (thrown as { responseCode?: unknown }).responseCode;
    const text = withoutSecrets(messageOf(thrown), this.#secrets);
    // 5xx of SMTP: the same again will be refused again.
    return new AlertError(text, { isFinal: typeof code === 'number' && code >= 500 });
  }
}

const ADDRESS = /^(?:[^<>\r\n]{0,100}<[^\s<>@]+@[^\s<>@]+>|[^\s<>@,;]+@[^\s<>@,;]+)$/;

function check({ host, port, from, to, user, password, tls = 'starttls' }: EmailOptions): void {
  if (!/^[A-Za-z0-9.:_-]{1,253}$/.test(host))
    throw new InvalidAlertOptionError('email.host', host, 'the name or address of a mail server');
  if (port !== undefined && !(Number.isInteger(port) && port >= 1 && port <= 65_535))
    throw new InvalidAlertOptionError('email.port', port, 'a whole number from 1 to 65,535');
  if (!['implicit', 'starttls', 'none'].includes(tls))
    throw new InvalidAlertOptionError('email.tls', tls, 'implicit, starttls or none');
  if (tls === 'none' && !isLoopback(host))
    throw new InvalidAlertOptionError('email.tls', tls, 'TLS for a server on another machine');
  if ((user === undefined) !== (password === undefined))
    throw new InvalidAlertOptionError('email.user', user, 'given together with a password');
  if (to.length === 0) throw new InvalidAlertOptionError('email.to', to, 'at least one address');
  for (const address of [from, ...to])
    if (!ADDRESS.test(address))
      throw new InvalidAlertOptionError('email', address, 'a mail address');
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === '::1' || host.toLowerCase() === 'localhost';
}
