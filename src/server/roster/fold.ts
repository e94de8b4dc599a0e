/** Letters that Unicode does not take apart, and what people type for them. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const umlauts: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

/** Case and diacritics make no difference: `Müller` and `MULLER` fold to one text. */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  return isPlain(lower)
    ? lower
    : lower
        .normalize('NFKD')
        .replace(/\p{M}/gu, '')
        .replace(/[ßæœøłđðþı]/g, (one) => letters[one]!);
}

/** The words under which a text is found: folded, and with umlauts written out (`mueller`). */
export function words(text: string): string[] {
  const lower = text.toLowerCase();
  if (isPlain(lower)) return lower.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const written = lower.normalize('NFC').replace(/[äöüåø]/g, (letter) => umlauts[letter]!);
  return [...new Set([lower, written].flatMap((one) => fold(one).split(/[^\p{L}\p{N}]+/u)))].filter(
    (word) => word !== '',
  );
}

/** Most numbers and many names need no Unicode. */
function isPlain(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** A date as one word, `19700131`, from `1970-01-31`, `31.01.1970` or `31/1/1970`; undefined for anything else. */
export function dateWord(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? [];
  if (day !== undefined) return `${year}${month!.padStart(2, '0')}${day.padStart(2, '0')}`;
  const [, d, m, y] = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text) ?? [];
  return y === undefined ? undefined : `${y}${m!.padStart(2, '0')}${d!.padStart(2, '0')}`;
}
