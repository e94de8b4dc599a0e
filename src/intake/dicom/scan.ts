import { type Issue, issue } from '../../dossier/issue.ts';
import { type Known, knownElements, knownPrivateElements, knownPrivateGroups, tagName } from './dictionary.ts';
import type { DicomRecord } from './record.ts';
import { formOfCode, nameOfCode, readValue, type Window, windowOf } from './values.ts';

/** How elements are encoded from some offset on. */
export interface Encoding {
  explicit: boolean;
  bigEndian: boolean;
}

export interface ScanLimits {
  sequenceDepth: number;
  /** Elements and items walked over in one data set. */
  elements: number;
  /** Bytes of one kept value; longer ones are left in the file. */
  valueBytes: number;
  /** Bytes of all kept values together. */
  keptBytes: number;
}

export const scanLimits: ScanLimits = {
  sequenceDepth: 64,
  elements: 4_000_000,
  valueBytes: 4 * 2 ** 20,
  keptBytes: 128 * 2 ** 20,
};

/** Where the pixels are: offset of the first value byte and declared length, -1 when undefined (encapsulated). */
export interface PixelSpan {
  at: number;
  length: number;
  kind: 'integer' | 'float32' | 'float64';
  vr: string;
}

export interface ScanResult {
  record: DicomRecord;
  pixel?: PixelSpan;
  /** Byte behind the last element read. */
  end: number;
  issues: Issue[];
  /** The reason why the data set cannot be used. */
  fatal?: Issue;
}

/** `need` says which bytes the scan must see before it can go on. */
export type ScanStep = { done: ScanResult } | { need: { start: number; end: number } };

interface Level {
  kind: 'item' | 'sequence';
  /** Absolute end; Infinity for undefined length. */
  end: number;
  explicit: boolean;
  record?: DicomRecord;
  items?: DicomRecord[];
  /** Wanted elements of private blocks by `group * 256 + block`. */
  creators?: Map<number, ReadonlyMap<number, Known>>;
  charsets: string[];
  tag: number;
}

const UNDEFINED = 0xffffffff;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const PIXEL_DATA = 0x7fe00010;
const FLOAT_PIXELS = 0x7fe00008;
const DOUBLE_PIXELS = 0x7fe00009;
const CHARSET = 0x00080005;
const CONTOUR_DATA = 0x30060050;
const SQ = 0x5351;
const UN = 0x554e;

/**
 * Walks over one data set without recursion and keeps the values of known elements. The caller hands in windows of the
 * file; the scan says which bytes it needs next and never asks for values that it does not keep, so a header costs a
 * few kilobytes whatever the size of the pixels. Depth, lengths, counts and kept bytes are limited. Stops before the
 * pixels. Encodings: PS3.5 section 7; UN of undefined length is implicit little endian (PS3.5 6.2.2 note 2).
 */
export function createScan(options: {
  start: number;
  fileBytes: number;
  encoding: Encoding;
  limits?: ScanLimits;
  /** Also keep ContourData. */
  contours?: boolean;
}): (bytes: Uint8Array, base: number) => ScanStep {
  const { fileBytes, encoding } = options;
  const limits = options.limits ?? scanLimits;
  const little = !encoding.bigEndian;
  const root: Level = { kind: 'item', end: fileBytes, explicit: encoding.explicit, record: {}, charsets: [], tag: 0 };
  const stack: Level[] = [root];
  const issues: Issue[] = [];
  let at = options.start;
  let elements = 0;
  let kept = 0;

  function finish(fatal?: Issue, pixel?: PixelSpan): ScanStep {
    return { done: { record: root.record!, end: at, issues, ...(pixel && { pixel }), ...(fatal && { fatal }) } };
  }
  function broken(code: string, message: string, tag: number, remedy: string): ScanStep {
    return finish(issue('error', code, message, { place: `${tagName(tag)} at byte ${at}`, remedy }));
  }

  return function step(bytes: Uint8Array, base: number): ScanStep {
    const window = windowOf(bytes);
    const { view } = window;
    const seen = base + bytes.length;
    for (;;) {
      let level = stack[stack.length - 1]!;
      while (stack.length > 1 && at >= level.end) {
        stack.pop();
        level = stack[stack.length - 1]!;
      }
      if (at >= fileBytes || (stack.length === 1 && at >= root.end)) {
        if (stack.length > 1 && stack.some((one) => one.end === Number.POSITIVE_INFINITY || one.end > fileBytes))
          return broken(
            'dicom-truncated',
            'The file ends inside a sequence.',
            level.tag,
            'Copy the file again from where it came.',
          );
        return finish();
      }
      if (at + 8 > fileBytes) {
        const rest = fileBytes - at;
        issues.push(
          issue('warning', 'trailing-bytes', `${rest} bytes after the last element were ignored.`, {
            place: `byte ${at}`,
          }),
        );
        at = fileBytes;
        return finish();
      }
      if (at + 16 > seen && seen < fileBytes) return { need: { start: at, end: at + 16 } };
      if (++elements > limits.elements)
        return broken(
          'too-many-elements',
          `More than ${limits.elements} elements.`,
          level.tag,
          'Export the object again in smaller parts.',
        );

      const i = at - base;
      const tag = view.getUint16(i, little) * 65536 + view.getUint16(i + 2, little);

      if (level.kind === 'sequence') {
        const length = view.getUint32(i + 4, little);
        if (tag === SEQUENCE_END) {
          at += 8;
          stack.pop();
          continue;
        }
        if (tag !== ITEM) {
          if (level.end !== Number.POSITIVE_INFINITY) {
            // A defined-length value that was no sequence after all: step over it.
            at = level.end;
            continue;
          }
          return broken(
            'sequence-broken',
            'Something else stands where an item of a sequence should.',
            tag,
            'Export the file again from its source.',
          );
        }
        const end = length === UNDEFINED ? Number.POSITIVE_INFINITY : at + 8 + length;
        if (end !== Number.POSITIVE_INFINITY && end > Math.min(level.end, fileBytes))
          return broken(
            'length-beyond-end',
            'An item is longer than what holds it.',
            level.tag,
            'Copy or export the file again.',
          );
        if (!level.items && end !== Number.POSITIVE_INFINITY) {
          at = end;
          continue;
        }
        const item: Level = { kind: 'item', end, explicit: level.explicit, charsets: level.charsets, tag: level.tag };
        if (level.items) {
          item.record = {};
          level.items.push(item.record);
        }
        // Some writers put explicit items into UN and the reverse: the first element shows which it is.
        if (length !== 0) item.explicit = looksExplicit(bytes, i + 8, level.explicit);
        if (stack.length >= limits.sequenceDepth * 2)
          return broken(
            'sequence-too-deep',
            `Sequences nest deeper than ${limits.sequenceDepth}.`,
            level.tag,
            'Such depth serves no clinical object: take the file from a trusted source.',
          );
        stack.push(item);
        at += 8;
        continue;
      }

      if (tag === ITEM_END || tag === SEQUENCE_END) {
        at += 8;
        if (tag === ITEM_END && stack.length > 1) stack.pop();
        continue;
      }

      let vr = 0;
      let header = 8;
      let length: number;
      if (level.explicit) {
        vr = bytes[i + 4]! * 256 + bytes[i + 5]!;
        const form = formOfCode[vr]!;
        if (form === 2) {
          if (at + 12 > fileBytes)
            return broken('length-beyond-end', 'The file ends in an element header.', tag, 'Copy the file again.');
          header = 12;
          length = view.getUint32(i + 8, little);
        } else if (form === 1) length = view.getUint16(i + 6, little);
        else {
          // No known representation: implicit encoding of this one element when its length fits, else a new short form.
          const implicitLength = view.getUint32(i + 4, little);
          vr = 0;
          length =
            implicitLength === UNDEFINED || at + 8 + implicitLength <= Math.min(level.end, fileBytes)
              ? implicitLength
              : view.getUint16(i + 6, little);
        }
      } else length = view.getUint32(i + 4, little);

      if (tag === PIXEL_DATA || tag === FLOAT_PIXELS || tag === DOUBLE_PIXELS) {
        if (stack.length === 1) {
          const kind = tag === PIXEL_DATA ? 'integer' : tag === FLOAT_PIXELS ? 'float32' : 'float64';
          return finish(undefined, {
            at: at + header,
            length: length === UNDEFINED ? -1 : length,
            kind,
            vr: nameOfCode(vr) || 'OW',
          });
        }
        if (length === UNDEFINED) {
          // Encapsulated pixels of an icon: fragments are items without elements.
          stack.push({ kind: 'sequence', end: Number.POSITIVE_INFINITY, explicit: level.explicit, charsets: [], tag });
          at += header;
          continue;
        }
      }

      const limit = Math.min(level.end, fileBytes);
      if (length !== UNDEFINED && at + header + length > limit)
        return broken(
          'length-beyond-end',
          `An element claims ${length} bytes; ${Math.max(0, limit - at - header)} are left.`,
          tag,
          'The file is damaged or cut off: copy or export it again.',
        );

      const known = level.record && wanted(level, tag, options.contours === true);
      const isSequence = known ? known.vr === 'SQ' : vr === SQ;
      if (length === UNDEFINED || (known && isSequence)) {
        if (length === UNDEFINED || length > 0) {
          if (stack.length >= limits.sequenceDepth * 2)
            return broken(
              'sequence-too-deep',
              `Sequences nest deeper than ${limits.sequenceDepth}.`,
              tag,
              'Such depth serves no clinical object: take the file from a trusted source.',
            );
          const sequence: Level = {
            kind: 'sequence',
            end: length === UNDEFINED ? Number.POSITIVE_INFINITY : at + header + length,
            explicit: level.explicit && vr !== UN && vr !== 0,
            charsets: level.charsets,
            tag,
          };
          if (known && isSequence) {
            sequence.items = [];
            level.record![known.keyword] = sequence.items;
          }
          stack.push(sequence);
        }
        at += header;
        continue;
      }

      if (length > 0 && level.record) {
        const group = tag >>> 16;
        const isCreator =
          group % 2 === 1 && (tag & 0xff00) === 0 && (tag & 0xff) >= 0x10 && knownPrivateGroups.has(group);
        if (known || isCreator) {
          if (length > limits.valueBytes) {
            issues.push(
              issue('info', 'value-left-in-file', `A value of ${length} bytes was not kept.`, { place: tagName(tag) }),
            );
          } else {
            if (at + header + length > seen) {
              elements--;
              return { need: { start: at, end: at + header + length } };
            }
            const from = i + header;
            if (isCreator) {
              level.creators ??= new Map();
              const elements = knownPrivateElements.get(
                `${group}:${readValue(window, from, from + length, 'LO', false, []) ?? ''}`,
              );
              if (elements) level.creators.set(group * 256 + (tag & 0xff), elements);
            } else if (known) {
              kept += length;
              if (kept > limits.keptBytes)
                return broken(
                  'header-too-large',
                  'The header holds more text and numbers than any clinical object.',
                  tag,
                  'Take the file from a trusted source.',
                );
              keep(level, tag, known, nameOfCode(vr), window, from, from + length);
            }
          }
        }
      }
      at += header + length;
    }
  };

  function keep(level: Level, tag: number, known: Known, vr: string, window: Window, start: number, end: number): void {
    let use = vr === '' || vr === 'UN' || !compatible(vr, known.vr) ? known.vr : vr;
    if (use === 'OB' && known.vr !== 'OB') use = known.vr;
    // The dictionary says US where the pixels' sign decides (PS3.5 A.1): the file's own representation wins above.
    if (vr === '' && known.vr === 'US' && signedByPixels.has(tag) && root.record!['PixelRepresentation'] === 1)
      use = 'SS';
    const value = readValue(window, start, end, use, encoding.bigEndian, level.charsets);
    if (value === undefined) return;
    level.record![known.keyword] = value;
    if (tag === CHARSET) level.charsets = (Array.isArray(value) ? value : [value]).map(String);
  }
}

/** Elements whose sign follows PixelRepresentation in implicit encoding. */
const signedByPixels = new Set([0x00280106, 0x00280107, 0x00280120, 0x00280121]);

const binary = new Set([
  'US',
  'SS',
  'UL',
  'SL',
  'FL',
  'FD',
  'OW',
  'OB',
  'OF',
  'OD',
  'OL',
  'UN',
  'AT',
  'OV',
  'UV',
  'SV',
]);

/** A stated representation is believed unless it says numbers where the dictionary says text or the reverse. */
function compatible(given: string, known: string): boolean {
  return binary.has(given) === binary.has(known);
}

function wanted(level: Level, tag: number, contours: boolean): Known | undefined {
  const group = tag >>> 16;
  if (group % 2 === 0) return tag === CONTOUR_DATA && !contours ? undefined : knownElements.get(tag);
  if (level.creators === undefined || (tag & 0xffff) < 0x1000) return undefined;
  return level.creators.get(group * 256 + ((tag >>> 8) & 0xff))?.get(tag & 0xff);
}

/** Whether the element at `i` shows a value representation; `otherwise` when there is no telling. */
function looksExplicit(bytes: Uint8Array, i: number, otherwise: boolean): boolean {
  if (i + 6 > bytes.length) return otherwise;
  // The first tag of an item may be its delimiter: no element at all.
  if (bytes[i] === 0xfe || bytes[i] === 0xff) return otherwise;
  return formOfCode[bytes[i + 4]! * 256 + bytes[i + 5]!] !== 0;
}
