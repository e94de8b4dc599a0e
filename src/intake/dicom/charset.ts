/**
 * SpecificCharacterSet (PS3.3 C.12.1.1.2, PS3.5 6.1.2.5): single-byte sets, multi-byte sets, and code extension by
 * ISO 2022 escapes, as far as TextDecoder knows the sets.
 */
const byDefinedTerm: Record<string, string> = {
  'ISO_IR 100': 'windows-1252',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  'ISO_IR 58': 'gb18030',
  'ISO_IR 149': 'euc-kr',
  'ISO_IR 87': 'jis-x-0208',
  'ISO_IR 159': 'jis-x-0212',
  GB18030: 'gb18030',
  GBK: 'gbk',
  // Not defined terms, but met in files.
  UTF8: 'utf-8',
  'UTF-8': 'utf-8',
};

/** Escape sequences after ESC: which half they load and with what. */
const byEscape: [string, 'left' | 'right', string][] = [
  ['(B', 'left', 'ascii'],
  ['(J', 'left', 'ascii'],
  [')I', 'right', 'shift_jis'],
  ['-A', 'right', 'windows-1252'],
  ['-B', 'right', 'iso-8859-2'],
  ['-C', 'right', 'iso-8859-3'],
  ['-D', 'right', 'iso-8859-4'],
  ['-L', 'right', 'iso-8859-5'],
  ['-G', 'right', 'iso-8859-6'],
  ['-F', 'right', 'iso-8859-7'],
  ['-H', 'right', 'iso-8859-8'],
  ['-M', 'right', 'windows-1254'],
  ['-b', 'right', 'iso-8859-15'],
  ['-T', 'right', 'windows-874'],
  ['$B', 'left', 'jis-x-0208'],
  ['$(D', 'left', 'jis-x-0212'],
  ['$)C', 'right', 'euc-kr'],
  ['$)A', 'right', 'gb18030'],
];

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();
function decoder(label: string): InstanceType<typeof TextDecoder> {
  let one = decoders.get(label);
  if (one === undefined) {
    one = new TextDecoder(label);
    decoders.set(label, one);
  }
  return one;
}

/** TextDecoder label of a defined term, with or without code extension; undefined when it is not known here. */
export function labelOf(term: string): string | undefined {
  const plain = term
    .trim()
    .replace(/^ISO[ _]2022[ _]IR[ _]/i, 'ISO_IR ')
    .replace(/^ISO[ _-]IR[ _-]?/i, 'ISO_IR ')
    .toUpperCase();
  if (plain === '' || plain === 'ISO_IR 6') return 'ascii';
  return byDefinedTerm[plain];
}

/** JIS X 0208 and 0212 as two 7-bit bytes a character: TextDecoder has them as EUC-JP with the high bit set. */
function decodeJis(bytes: Uint8Array, label: string): string {
  const euc: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte < 0x21 || byte > 0x7e || i + 1 >= bytes.length) {
      euc.push(byte);
      continue;
    }
    if (label === 'jis-x-0212') euc.push(0x8f);
    euc.push(byte | 0x80, bytes[++i]! | 0x80);
  }
  return decoder('euc-jp').decode(Uint8Array.from(euc));
}

function decodeRun(bytes: Uint8Array, left: string, right: string): string {
  if (bytes.length === 0) return '';
  if (left.startsWith('jis')) return decodeJis(bytes, left);
  const label = right === 'ascii' || right.startsWith('jis') ? 'windows-1252' : right;
  return decoder(label).decode(bytes);
}

/**
 * Text of one value field, terms being SpecificCharacterSet's values. Sets return to the first term after CR, LF, FF,
 * TAB, backslash, `^` and `=` (PS3.5 6.1.2.5.3). Unknown terms are read as Latin-1 (windows-1252).
 */
export function decodeText(bytes: Uint8Array, terms: readonly string[]): string {
  const first = labelOf(terms[0] ?? '') ?? 'windows-1252';
  const [left0, right0] = first.startsWith('jis') ? [first, 'ascii'] : ['ascii', first];
  if (!bytes.includes(0x1b)) return decodeRun(bytes, 'ascii', first.startsWith('jis') ? 'windows-1252' : first);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  let left = left0;
  let right = right0;
  let out = '';
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!;
    if (byte === 0x1b) {
      out += decodeRun(bytes.subarray(start, at), left, right);
      const found = byEscape.find(([code]) => text.startsWith(code, at + 1));
      at += 1 + (found?.[0].length ?? 0);
      if (found?.[1] === 'left') left = found[2];
      if (found?.[1] === 'right') right = found[2];
      start = at;
    } else if (
      !left.startsWith('jis') &&
      (byte === 0x5c || byte === 0x5e || byte === 0x3d || byte === 0x0a || byte === 0x0d)
    ) {
      out += decodeRun(bytes.subarray(start, at + 1), left, right);
      start = ++at;
      left = left0;
      right = right0;
    } else at++;
  }
  return out + decodeRun(bytes.subarray(start), left, right);
}
