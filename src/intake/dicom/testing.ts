/** Support for tests: writes small DICOM files, and imports them from memory as the intake would. */
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { Issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { type BlobAccess, type Draft, defaultLimits, type InputFile } from '../format.ts';
import { dicomFormat } from './format.ts';
import type { DicomHeader } from './header.ts';
import { longForm } from './values.ts';

export type Value = string | number | number[] | Uint8Array | Element[][];
/** Tag, value representation, value; a sequence's value is its items. */
export type Element = [tag: number, vr: string, value: Value];

export interface WriteOptions {
  transferSyntax?: string;
  /** Without preamble and meta group. */
  bare?: boolean;
  /** Pixels as fragments behind an empty offset table. */
  fragments?: Uint8Array[];
  offsetTable?: number[];
  /** Sequences and items with delimiters instead of lengths. */
  undefinedLengths?: boolean;
}

interface Encoding {
  explicit: boolean;
  little: boolean;
  undefinedLengths: boolean;
}

const numberBytes: Record<string, number> = { US: 2, SS: 2, UL: 4, SL: 4, FL: 4, FD: 8, OW: 2 };

function concat(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function integers(values: number[], size: number, little: boolean): Uint8Array {
  const out = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) {
    const unsigned = value < 0 ? value + 2 ** (8 * size) : value;
    if (little) out.writeUIntLE(unsigned, i * size, size);
    else out.writeUIntBE(unsigned, i * size, size);
  }
  return new Uint8Array(out);
}

function valueBytes(vr: string, value: Value, encoding: Encoding): Uint8Array {
  if (value instanceof Uint8Array) return value.length % 2 === 0 ? value : concat([value, new Uint8Array(1)]);
  if (Array.isArray(value) && typeof value[0] === 'object') return items(value as Element[][], encoding);
  const size = numberBytes[vr];
  if (vr === 'SQ') return new Uint8Array(0);
  if (size !== undefined) {
    const values = [value as number | number[]].flat();
    if (vr !== 'FL' && vr !== 'FD') return integers(values, size, encoding.little);
    const view = new DataView(new ArrayBuffer(values.length * size));
    for (const [i, one] of values.entries()) {
      if (vr === 'FL') view.setFloat32(i * 4, one, encoding.little);
      else view.setFloat64(i * 8, one, encoding.little);
    }
    return new Uint8Array(view.buffer);
  }
  const text = Array.isArray(value) ? value.join('\\') : String(value);
  const bytes = new TextEncoder().encode(text);
  return bytes.length % 2 === 0 ? bytes : concat([bytes, Uint8Array.of(vr === 'UI' ? 0 : 32)]);
}

function tagBytes(tag: number, little: boolean): Uint8Array {
  return integers([Math.floor(tag / 65_536), tag % 65_536], 2, little);
}

function items(list: Element[][], encoding: Encoding): Uint8Array {
  const { little, undefinedLengths } = encoding;
  const parts = list.map((item) => {
    const content = dataSet(item, encoding);
    const length = integers([undefinedLengths ? 0xffffffff : content.length], 4, little);
    const end = undefinedLengths ? [tagBytes(0xfffee00d, little), new Uint8Array(4)] : [];
    return concat([tagBytes(0xfffee000, little), length, content, ...end]);
  });
  if (undefinedLengths) parts.push(tagBytes(0xfffee0dd, little), new Uint8Array(4));
  return concat(parts);
}

function dataSet(elements: Element[], encoding: Encoding): Uint8Array {
  const { explicit, little, undefinedLengths } = encoding;
  const parts: Uint8Array[] = [];
  for (const [tag, vr, value] of elements) {
    const bytes = valueBytes(vr, value, encoding);
    const length = vr === 'SQ' && undefinedLengths ? 0xffffffff : bytes.length;
    parts.push(tagBytes(tag, little));
    if (!explicit) parts.push(integers([length], 4, little));
    else {
      parts.push(new TextEncoder().encode(vr));
      parts.push(
        longForm.has(vr) ? concat([new Uint8Array(2), integers([length], 4, little)]) : integers([length], 2, little),
      );
    }
    parts.push(bytes);
  }
  return concat(parts);
}

function encapsulated(fragments: Uint8Array[], offsetTable: number[]): Uint8Array {
  const table = integers(offsetTable, 4, true);
  const parts = [concat([tagBytes(0xfffee000, true), integers([table.length], 4, true), table])];
  for (const fragment of fragments) {
    const padded = fragment.length % 2 === 0 ? fragment : concat([fragment, new Uint8Array(1)]);
    parts.push(concat([tagBytes(0xfffee000, true), integers([padded.length], 4, true), padded]));
  }
  return concat([...parts, tagBytes(0xfffee0dd, true), new Uint8Array(4)]);
}

/** A whole file: elements in the order given. */
export function writeDicom(elements: Element[], options: WriteOptions = {}): Uint8Array {
  const syntax = options.transferSyntax ?? '1.2.840.10008.1.2.1';
  const encoding = {
    explicit: syntax !== '1.2.840.10008.1.2',
    little: syntax !== '1.2.840.10008.1.2.2',
    undefinedLengths: options.undefinedLengths === true,
  };
  let body = dataSet(elements, encoding);
  if (options.fragments) {
    const head = concat([
      tagBytes(0x7fe00010, true),
      new TextEncoder().encode('OB'),
      new Uint8Array(2),
      integers([0xffffffff], 4, true),
    ]);
    body = concat([body, head, encapsulated(options.fragments, options.offsetTable ?? [])]);
  }
  if (options.bare) return body;
  if (syntax === '1.2.840.10008.1.2.1.99') body = new Uint8Array(deflateRawSync(body));
  const sopClass = elements.find(([tag]) => tag === 0x00080016)?.[2] ?? '1.2.840.10008.5.1.4.1.1.7';
  const meta = dataSet(
    [
      [0x00020002, 'UI', sopClass],
      [0x00020003, 'UI', '2.25.1'],
      [0x00020010, 'UI', syntax],
    ],
    { explicit: true, little: true, undefinedLengths: false },
  );
  const group = dataSet([[0x00020000, 'UL', meta.length]], { explicit: true, little: true, undefinedLengths: false });
  return concat([new Uint8Array(128), new TextEncoder().encode('DICM'), group, meta, body]);
}

/** One slice of an MR, CT or PT series; `more` replaces or adds elements. */
export interface SliceOptions {
  instance: number;
  position: number[];
  orientation?: number[];
  pixels?: number[];
  rows?: number;
  columns?: number;
  sopClass?: string;
  modality?: string;
  more?: Element[];
}

export const mrImage = '1.2.840.10008.5.1.4.1.1.4';
export const ctImage = '1.2.840.10008.5.1.4.1.1.2';

export function sliceElements(options: SliceOptions): Element[] {
  const { instance, position, orientation = [1, 0, 0, 0, 1, 0], rows = 2, columns = 3 } = options;
  const pixels = options.pixels ?? Array.from({ length: rows * columns }, (_, i) => instance * 100 + i);
  const elements: Element[] = [
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY'],
    [0x00080016, 'UI', options.sopClass ?? mrImage],
    [0x00080018, 'UI', `2.25.100.${instance}`],
    [0x00080060, 'CS', options.modality ?? 'MR'],
    [0x00100010, 'PN', 'Test^Case'],
    [0x00100020, 'LO', 'T1'],
    [0x00180050, 'DS', '2'],
    [0x0020000d, 'UI', '2.25.2'],
    [0x0020000e, 'UI', '2.25.3'],
    [0x00200013, 'IS', String(instance)],
    [0x00200032, 'DS', position.join('\\')],
    [0x00200037, 'DS', orientation.join('\\')],
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', rows],
    [0x00280011, 'US', columns],
    [0x00280030, 'DS', '1\\1'],
    [0x00280100, 'US', 16],
    [0x00280101, 'US', 16],
    [0x00280102, 'US', 15],
    [0x00280103, 'US', 0],
    [0x7fe00010, 'OW', pixels],
  ];
  return withElements(elements, options.more ?? []);
}

/** Replaces elements of the same tag, adds the others, in the order of tags. */
export function withElements(elements: Element[], more: Element[]): Element[] {
  const byTag = new Map<number, Element>(elements.map((one) => [one[0], one]));
  for (const one of more) byTag.set(one[0], one);
  return [...byTag.values()].sort((a, b) => a[0] - b[0]);
}

export function fileOf(path: string, bytes: Uint8Array): InputFile {
  return {
    path,
    bytes: bytes.length,
    head: bytes.subarray(0, 4096),
    diskPath: path,
    read: async (start, end) => bytes.subarray(start, end),
    readAll: async () => bytes,
  };
}

export interface TestImport {
  drafts: Draft[];
  issues: Issue[];
  refused: Issue[];
  source(draft: Draft): Source;
  blobs: BlobAccess & { asked: string[] };
}

/** Reads and assembles files given by path; blobs come from memory and count what was asked for. */
export async function importFiles(files: Record<string, Uint8Array>): Promise<TestImport> {
  const pieces: { path: string; piece: DicomHeader }[] = [];
  const issues: Issue[] = [];
  const refused: Issue[] = [];
  for (const [path, bytes] of Object.entries(files)) {
    const file = fileOf(path, bytes);
    if (!dicomFormat.sniff(file.head, file)) continue;
    const read = await dicomFormat.read(file, defaultLimits);
    if ('refused' in read) refused.push(read.refused);
    else {
      // As over a thread boundary.
      pieces.push({ path, piece: structuredClone(read.piece as DicomHeader) });
      issues.push(...read.issues);
    }
  }
  const made = dicomFormat.assemble(pieces);
  const held = new Map<string, Uint8Array>();
  const asked: string[] = [];
  const keep = (bytes: Uint8Array): string => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    held.set(sha256, bytes);
    return sha256;
  };
  return {
    drafts: made.drafts,
    issues: [...issues, ...made.issues],
    refused,
    source(draft) {
      const members = draft.files.map((path) => ({ path, sha256: keep(files[path]!), bytes: files[path]!.length }));
      const blob =
        members.length === 1
          ? members[0]!.sha256
          : keep(new TextEncoder().encode(JSON.stringify({ manifest: 1, members })));
      return { kind: 'source', id: `src-${blob.slice(0, 32)}`, subject: 's1', blob, import: 'i1', ...draft.source };
    },
    blobs: {
      asked,
      async bytes(sha256) {
        asked.push(sha256);
        return held.get(sha256)!;
      },
    },
  };
}

/** Codes of a list of issues. */
export function codes(issues: Issue[]): string[] {
  return issues.map((one) => one.code);
}
