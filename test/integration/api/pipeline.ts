import { connect } from 'node:net';

export interface PipedAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/**
 * Sends requests, as they are, through one connection without waiting for answers; resolves to the answers once
 * the server has ended the connection, which the last request should ask for.
 */
export function pipe(port: number, requests: readonly Buffer[]): Promise<readonly PipedAnswer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.concat(requests)));
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(answersIn(Buffer.concat(chunks).toString('latin1'))));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever sends what is no HTTP may be cut: the answers so far are there.
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
  });
}

function answersIn(text: string): readonly PipedAnswer[] {
  const answers: PipedAnswer[] = [];
  let at = 0;
  while (at < text.length) {
    const bodyAt = text.indexOf('\r\n\r\n', at) + 4;
    if (bodyAt < 4) throw new Error(`no whole answer: ${JSON.stringify(text.slice(at, at + 200))}`);
    const head = text.slice(at, bodyAt);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
    const end = endOf(text, head, bodyAt);
    answers.push({ status, head, body: text.slice(bodyAt, end) });
    at = end;
  }
  return answers;
}

function endOf(text: string, head: string, bodyAt: number): number {
  if (/^transfer-encoding: chunked/im.test(head)) return text.indexOf('0\r\n\r\n', bodyAt) + 5;
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return bodyAt + Number(length ?? 0);
}
