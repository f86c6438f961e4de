import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { messageOf, quote } from '../../base/errors.ts';
import { ApiError } from '../errors.ts';

/** Where the certificate (with its chain) and its key are, both PEM. */
export interface CertificatePaths {
  readonly cert: string;
  readonly key: string;
}

/** What a server needs to speak TLS, as it is on the disk now. @throws {ApiError} code `TLS_UNUSABLE` */
export function readCertificate({ cert, key }: CertificatePaths): SecureContextOptions {
  try {
    const options = {
      cert: readFileSync(cert),
      key: readFileSync(key),
      minVersion: 'TLSv1.2',
    } as const;
    // A key that is not that of the certificate is found here.
    createSecureContext(options);
    return options;
  } catch (thrown) {
    throw new ApiError(
      'TLS_UNUSABLE',
      `server.tls: the certificate ${quote(cert)} and the key ${quote(key)} can't be used: ${messageOf(thrown)}`,
    );
  }
}
