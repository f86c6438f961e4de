import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { completeConfig } from '../../../src/system/config/config-schema.ts';
import { Served } from './served.ts';

/** In CI it is there, or the tests fail. */
const canCertify =
  process.env['CI'] !== undefined || spawnSync('openssl', ['version']).error === undefined;

let directory: string;
let cert: string;
let key: string;
let served: Served;
const lines: string[] = [];

/** Puts a self-signed certificate of that name where the service has its own. */
function certify(name: string): void {
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', cert];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...subject], { stdio: 'pipe' });
}

/** The certificate that is shown to whoever connects now, once it was found to be the one on the disk. */
function shown(ca: Buffer): Promise<PeerCertificate> {
  const { hostname, port } = new URL(served.address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), ca }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

describe.runIf(canCertify)('a service with a certificate', () => {
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'quantcell-test-'));
    [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    certify('first');
    const config = { server: { tls: { cert, key } }, workers: { idle: 0 } };
    served = await Served.start(config, {
      reread: () => completeConfig(config),
      logger: { log: (level, text) => void lines.push(`${level}: ${text}`) },
    });
  });

  afterAll(async () => {
    await served[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  });

  it('answers over TLS with the certificate of the configuration', async () => {
    expect(served.address).toMatch(/^https:/);
    expect((await shown(readFileSync(cert))).subject.CN).toBe('first');
  });

  it('does not answer who speaks without TLS', async () => {
    await expect(fetch(served.address.replace('https', 'http'))).rejects.toThrow('fetch failed');
  });

  it('shows a certificate that was renewed once the configuration is read again', async () => {
    const before = readFileSync(cert);
    certify('second');
    expect((await shown(before)).subject.CN).toBe('first');
    await served.service.reload();
    expect((await shown(readFileSync(cert))).subject.CN).toBe('second');
    await expect(shown(before)).rejects.toThrow(/self.signed/);
  });

  it('keeps the certificate that it has if the new one can not be used', async () => {
    const before = readFileSync(cert);
    writeFileSync(cert, 'no certificate');
    await served.service.reload();
    expect((await shown(before)).subject.CN).toBe('second');
    expect(lines.at(-1)).toMatch(
      /^error: the certificate stays as it is: server\.tls: the certificate ".*cert\.pem" and the key/,
    );
  });
});

it.skipIf(canCertify)('is not tested: there is no openssl', ({ skip }) => skip());
