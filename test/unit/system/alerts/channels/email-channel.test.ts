import { inspect } from 'node:util';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../../../../src/exchange/secret.ts';
import { EmailChannel } from '../../../../../src/system/alerts/channels/email-channel.ts';
import type { EmailOptions } from '../../../../../src/system/alerts/channels/email-channel.ts';
import { SmtpServer, type SmtpServerOptions } from '../../../../fixtures/smtp-server.ts';
import { rejection } from '../../../../integration/support/wait.ts';
import { anAlert } from '../fixtures.ts';

const PASSWORD = 'canary-0f8a6d';
const SOON = AbortSignal.timeout(30_000);

async function serverOf(options: SmtpServerOptions = {}): Promise<SmtpServer> {
  const server = await SmtpServer.listen(options);
  onTestFinished(() => server.close());
  return server;
}

function channelAt(port: number, options: Partial<EmailOptions> = {}): EmailChannel {
  return new EmailChannel({
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'QuantCell <bot@example.com>',
    to: ['one@example.com', 'two@example.com'],
    ...options,
  });
}

describe('a mail', () => {
  it('has the alert, and goes to everybody', async () => {
    const server = await serverOf();
    await channelAt(server.port).send(anAlert({ title: 'worker ä ended' }), SOON);
    const [mail] = server.mails;
    expect(mail?.from).toContain('bot@example.com');
    expect(mail?.to.join()).toMatch(/one@example\.com.*two@example\.com/);
    expect(mail?.data).toMatch(/^Subject: .*=C3=A4/m);
    expect(mail?.data).toMatch(/^X-QuantCell-Alert: run-1$/im);
    expect(mail?.data).toContain('The process of worker a ended.');
  });

  it('is sent with a login', async () => {
    const login = { user: 'bot', password: PASSWORD };
    const server = await serverOf({ login });
    const password = new Secret(PASSWORD);
    await channelAt(server.port, { user: 'bot', password }).send(anAlert(), SOON);
    expect(server.mails[0]?.login).toBe(`bot:${PASSWORD}`);
  });

  it('is not sent where the login is wrong, and the password shows nowhere', async () => {
    const server = await serverOf({ login: { user: 'bot', password: 'another' } });
    const channel = channelAt(server.port, { user: 'bot', password: new Secret(PASSWORD) });
    const thrown = await rejection(channel.send(anAlert(), SOON));
    expect(thrown).toMatchObject({ code: 'ALERT_NOT_SENT', isFinal: true });
    expect(thrown.message).toContain('535');
    expect(`${inspect(thrown, { depth: 9 })} ${inspect(channel, { depth: 9 })}`).not.toContain(
      'canary',
    );
    expect(server.mails).toEqual([]);
  });

  it('is not sent in the open where TLS is asked for', async () => {
    const server = await serverOf({ login: { user: 'bot', password: PASSWORD } });
    const password = new Secret(PASSWORD);
    const channel = channelAt(server.port, { tls: 'starttls', user: 'bot', password });
    await rejection(channel.send(anAlert(), SOON));
    expect(server.commands).not.toContain('AUTH');
    expect(server.commands).not.toContain('MAIL');
  });

  it.each([
    ['451 later', false],
    ['550 never', true],
  ])('that the server answers with %j is to be tried again or not', async (answer, isFinal) => {
    const server = await serverOf({ refuse: { MAIL: answer } });
    const thrown = await rejection(channelAt(server.port).send(anAlert(), SOON));
    expect(thrown).toMatchObject({ code: 'ALERT_NOT_SENT', isFinal });
  });

  it('is given up where the server says nothing', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', () => resolve());
    });
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const thrown = await rejection(channelAt(port).send(anAlert(), AbortSignal.timeout(50)));
    expect(thrown.message).toBe('the mail server did not answer in time');
  });

  it.each<[Partial<EmailOptions>, string]>([
    [{ host: 'mail.example.com' }, 'email.tls is "none": it must be TLS'],
    [{ host: 'a b' }, 'email.host is "a b"'],
    [{ port: 0 }, 'email.port is 0'],
    [{ to: [] }, 'email.to is []'],
    [{ to: ['x@y.z\r\nBcc: a@b.c'] }, 'a mail address'],
    [{ from: 'nobody' }, 'email is "nobody"'],
    [{ user: 'bot' }, 'given together with a password'],
    [{ tls: 'maybe' as 'none' }, 'email.tls is "maybe"'],
  ])('is not made with %j', (options, message) => {
    expect(() => channelAt(25, options)).toThrow(message);
  });
});
