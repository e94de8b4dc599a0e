/** Numbers that length fields, offsets and counts are tested with. */
const extremes = [0, 1, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const words = [
  '',
  '-1',
  '99999999999999999999',
  '1e309',
  'NaN',
  '../../..',
  '\u0000',
  '\ufeff',
  '{"a":'.repeat(300),
  '9999-99-99',
];

/** One to four of: flipped bytes, extreme numbers, cut, swapped, doubled and strange pieces. The input is left as it is. */
export function mutate(original: Uint8Array, random: () => number, other: Uint8Array): Buffer {
  // Most broken JSON is refused at once: what still parses and holds strange values goes deeper.
  if (random() < 0.7) {
    const strange = mutateJson(original, random);
    if (strange !== undefined) return strange;
  }
  let bytes = Buffer.from(original);
  const times = random() < 0.5 ? 1 : 1 + Math.floor(random() * 4);
  for (let time = 0; time < times; time++) bytes = once(bytes, random, other);
  return bytes.subarray(0, 4 * original.length + 4096);
}

function once(bytes: Buffer<ArrayBuffer>, random: () => number, other: Uint8Array): Buffer<ArrayBuffer> {
  const whole = (below: number) => Math.floor(random() * below);
  const at = whole(bytes.length + 1);
  const length = 1 + whole(random() < 0.8 ? 16 : bytes.length + 1);
  const pick = <T>(of: readonly T[]) => of[whole(of.length)] as T;
  switch (whole(8)) {
    case 0:
      for (let count = 0; count < length && bytes.length > 0; count++) bytes[whole(bytes.length)] = whole(256);
      return bytes;
    case 1:
      if (bytes.length > 0) bytes[Math.min(at, bytes.length - 1)]! ^= 1 << whole(8);
      return bytes;
    case 2:
      if (at + 4 <= bytes.length) bytes.writeUInt32LE(pick(extremes), at);
      return bytes;
    case 3:
      return Buffer.from(bytes.subarray(0, at));
    case 4:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(words)), bytes.subarray(at + whole(8))]);
    default: {
      const from = whole(other.length);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + length), bytes.subarray(at + length)]);
    }
  }
}

const strangers: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  1.5,
  '',
  'x',
  '2026-13-45',
  '\u0000',
  [],
  [null],
  [[]],
  {},
  { value: [] },
];

/** The same document with up to three values replaced, removed, doubled or moved; undefined when it is no JSON. */
function mutateJson(original: Uint8Array, random: () => number): Buffer | undefined {
  const text = Buffer.from(original).toString('utf8');
  if (!/^\s*[{[]/.test(text)) return undefined;
  const lines = text.trim().split('\n');
  const isLines = lines.length > 1 && lines.every((line) => line.startsWith('{') && line.endsWith('}'));
  const parts = isLines ? lines : [text];
  const index = Math.floor(random() * parts.length);
  let document: unknown;
  try {
    document = JSON.parse(parts[index]!);
  } catch {
    return undefined;
  }
  for (let time = 0; time < 1 + Math.floor(random() * 3); time++) strike(document, random);
  parts[index] = JSON.stringify(document);
  return Buffer.from(parts.join('\n'));
}

/** Walks down at random and changes what it stands on. */
function strike(document: unknown, random: () => number): void {
  let holder = document as Record<string, unknown>;
  for (;;) {
    const keys = Object.keys(holder);
    if (keys.length === 0) return;
    const key = keys[Math.floor(random() * keys.length)]!;
    const inner = holder[key];
    if (typeof inner === 'object' && inner !== null && random() < 0.85) {
      holder = inner as Record<string, unknown>;
      continue;
    }
    const stranger = strangers[Math.floor(random() * strangers.length)];
    const how = random();
    if (how < 0.2) delete holder[key];
    else if (how < 0.4) holder[key] = [inner, structuredClone(inner)];
    else holder[key] = structuredClone(stranger);
    return;
  }
}
