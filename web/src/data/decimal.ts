// Decimals come from the server as text and stay text: binary fractions would round them.

interface Parts {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** The sum, exactly. */
export function addDecimals(texts: readonly string[]): string {
  const scale = Math.max(0, ...texts.map((text) => partsOf(text).fraction.length));
  const sum = texts.reduce((total, text) => total + scaled(text, scale), 0n);
  return textOf(sum, scale);
}

/** Below zero, zero or above it. */
export function signOf(text: string): -1 | 0 | 1 {
  if (!/[1-9]/.test(text)) return 0;
  return text.startsWith('-') ? -1 : 1;
}

export function compareDecimals(a: string, b: string): number {
  const scale = Math.max(partsOf(a).fraction.length, partsOf(b).fraction.length);
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

/** With so many places, half away from zero. */
export function roundDecimal(text: string, places: number): string {
  const { isNegative, fraction } = partsOf(text);
  const scale = Math.max(fraction.length, places);
  const value = scaled(text, scale);
  const unit = 10n ** BigInt(scale - places);
  const size = isNegative ? -value : value;
  const rounded = (size + unit / 2n) / unit;
  return textOf(isNegative ? -rounded : rounded, places);
}

/** Thousands apart: `-1,234.50`. No place is added or left out. */
export function groupDecimal(text: string): string {
  const { isNegative, whole, fraction } = partsOf(text);
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `${isNegative ? '\u2212' : ''}${grouped}${fraction === '' ? '' : `.${fraction}`}`;
}

/** An amount of money: two places, or up to eight where two would show nothing of it. */
export function moneyText(text: string, isSigned = false): string {
  const short = roundDecimal(text, 2);
  const shown = signOf(short) === 0 && signOf(text) !== 0 ? roundDecimal(text, 8) : short;
  const grouped = groupDecimal(shown);
  return isSigned && signOf(shown) > 0 ? `+${grouped}` : grouped;
}

function partsOf(text: string): Parts {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  return { isNegative: text.startsWith('-'), whole, fraction };
}

function scaled(text: string, scale: number): bigint {
  const { isNegative, whole, fraction } = partsOf(text);
  const size = BigInt(whole + fraction.padEnd(scale, '0'));
  return isNegative ? -size : size;
}

function textOf(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(-scale)}`;
  return `${value < 0n ? '-' : ''}${whole}${fraction}`;
}
