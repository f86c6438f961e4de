/** How an exchange wants a client's name for an order, and back. */
interface IdCodec {
  readonly encode: (ours: string) => string;
  readonly decode: (theirs: string) => string;
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Up to 20 characters of the alphabet with a 1 before them are below 2^121. */
const OURS = /^[0-9A-Za-z]{1,20}$/;
const HEX_DIGITS = 32;

/** Ours are letters and digits, at most 20 of them, which most exchanges take as they are. */
const PLAIN: IdCodec = { encode: (ours) => ours, decode: (theirs) => theirs };

/** 128 bits in hex digits, of the exchanges that take nothing else. What is not made here stays as it is. */
function hex128(prefix: string): IdCodec {
  return {
    encode: (ours) => {
      if (!OURS.test(ours)) return ours;
      let number = 1n;
      for (const letter of ours) number = number * 62n + BigInt(ALPHABET.indexOf(letter));
      return prefix + number.toString(16).padStart(HEX_DIGITS, '0');
    },
    decode: (theirs) => {
      const digits = theirs.slice(prefix.length);
      if (!theirs.startsWith(prefix) || !/^[0-9a-f]{32}$/.test(digits)) return theirs;
      let [number, ours] = [BigInt(`0x${digits}`), ''];
      while (number > 61n) {
        ours = (ALPHABET[Number(number % 62n)] as string) + ours;
        number /= 62n;
      }
      return number === 1n && OURS.test(ours) ? ours : theirs;
    },
  };
}

/**
 * Exchanges that want another form. Binance takes `[.A-Z:/a-z0-9_-]{1,36}`; OKX 32 letters and digits; Bybit
 * 36, KuCoin 40, Bitget 50, BitMEX 36 characters: ours as they are.
 */
const CODECS: Readonly<Record<string, IdCodec>> = {
  // `text` begins with `t-`: ccxt puts that on, and leaves it on when it reads it.
  gate: { encode: (ours) => ours, decode: (theirs) => theirs.replace(/^t-/, '') },
  // At most 18 free characters, or 32 hex digits.
  kraken: hex128(''),
  // 128 bits with 0x.
  hyperliquid: hex128('0x'),
};

/** Ours, as this exchange takes it. */
export function encodeClientOrderId(exchangeId: string, ours: string): string {
  return (CODECS[exchangeId] ?? PLAIN).encode(ours);
}

/** Ours again. An id that is not of our making comes back as it is. */
export function decodeClientOrderId(exchangeId: string, theirs: string): string {
  return (CODECS[exchangeId] ?? PLAIN).decode(theirs);
}
