import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Secret } from './secret.ts';

const FORMAT = 'quantcell-keys';
const VERSION = 1;
/** Cost of one guess at the passphrase: 128 MiB of memory and about half a second. */
const SCRYPT = { N: 2 ** 17, r: 8, p: 1 };
/** A file may ask for more, up to 1 GiB of memory, and never for less. */
const MAX_N = 2 ** 20;
const SALT_BYTES = 32;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;

const base64 = z.base64().max(1_400_000);

const envelope = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    N: z
      .number()
      .int()
      .min(SCRYPT.N)
      .max(MAX_N)
      .refine((n) => Number.isInteger(Math.log2(n))),
    r: z.literal(SCRYPT.r),
    p: z.literal(SCRYPT.p),
    salt: base64,
    /** Tells a wrong passphrase from a damaged file. */
    check: base64,
  }),
  cipher: z.strictObject({ name: z.literal('aes-256-gcm'), nonce: base64, tag: base64 }),
  data: base64,
});

type Envelope = z.infer<typeof envelope>;

export type Opened =
  | { readonly result: 'opened'; readonly text: string }
  | { readonly result: 'wrong-passphrase' }
  | { readonly result: 'damaged'; readonly why: string };

/** Seals a text with a passphrase. Salt and nonce are new each time. */
export async function seal(text: string, passphrase: Secret): Promise<string> {
  const [salt, nonce] = [randomBytes(SALT_BYTES), randomBytes(NONCE_BYTES)];
  const keys = await derive(passphrase, salt, SCRYPT.N);
  const kdf = {
    name: 'scrypt',
    ...SCRYPT,
    salt: salt.toString('base64'),
    check: keys.check.toString('base64'),
  } as const;
  const cipher = createCipheriv('aes-256-gcm', keys.key, nonce);
  cipher.setAAD(additionalData(kdf));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  keys.key.fill(0);
  const sealed: Envelope = {
    format: FORMAT,
    version: VERSION,
    kdf,
    cipher: {
      name: 'aes-256-gcm',
      nonce: nonce.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
    },
    data: data.toString('base64'),
  };
  return `${JSON.stringify(sealed, null, 2)}\n`;
}

export async function unseal(sealed: string, passphrase: Secret): Promise<Opened> {
  const parsed = parse(sealed);
  if (typeof parsed === 'string') return { result: 'damaged', why: parsed };
  const { kdf, cipher, data } = parsed;
  const keys = await derive(passphrase, Buffer.from(kdf.salt, 'base64'), kdf.N);
  const check = Buffer.from(kdf.check, 'base64');
  if (check.length !== keys.check.length || !timingSafeEqual(check, keys.check)) {
    return { result: 'wrong-passphrase' };
  }
  try {
    const nonce = Buffer.from(cipher.nonce, 'base64');
    const decipher = createDecipheriv('aes-256-gcm', keys.key, nonce, { authTagLength: 16 });
    decipher.setAAD(additionalData(kdf));
    decipher.setAuthTag(Buffer.from(cipher.tag, 'base64'));
    const text = Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]);
    return { result: 'opened', text: text.toString('utf8') };
  } catch {
    return { result: 'damaged', why: 'its content is not what was sealed' };
  } finally {
    keys.key.fill(0);
  }
}

function parse(sealed: string): Envelope | string {
  let json: unknown;
  try {
    json = JSON.parse(sealed);
  } catch {
    return 'it is no JSON';
  }
  const parsed = envelope.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `its ${issue?.path.join('.') || 'form'} is not right`;
}

async function derive(
  passphrase: Secret,
  salt: Buffer,
  N: number,
): Promise<{ key: Buffer; check: Buffer }> {
  const { r, p } = SCRYPT;
  // The same passphrase may be typed as different code points.
  const text = passphrase.reveal().normalize('NFKC');
  const derived = await scryptKey(text, salt, 2 * KEY_BYTES, { N, r, p, maxmem: 256 * N * r });
  const check = createHash('sha256').update(derived.subarray(KEY_BYTES)).digest().subarray(0, 16);
  return { key: derived.subarray(0, KEY_BYTES), check };
}

const scryptKey = promisify(scrypt) as (
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
) => Promise<Buffer>;

/** What is readable is sealed too: nobody can change it unseen. */
function additionalData(kdf: Envelope['kdf']): Buffer {
  return Buffer.from(JSON.stringify([FORMAT, VERSION, kdf.N, kdf.r, kdf.p, kdf.salt, kdf.check]));
}
