import { knownElements } from '../../src/intake/dicom/dictionary.ts';

/** One data set: keyword -> value. Numbers and texts may be lists; sequences are lists of data sets; pixels are bytes. */
export interface DicomDataset {
  [keyword: string]: string | number | Uint8Array | readonly (string | number)[] | readonly DicomDataset[] | undefined;
}

/** Elements that we write and that no reader of ours asks for. */
const writtenOnly: Record<string, [tag: number, vr: string]> = {
  FileMetaInformationVersion: [0x00020001, 'OB'],
  ReferringPhysicianName: [0x00080090, 'PN'],
  StudyID: [0x00200010, 'SH'],
  PositionReferenceIndicator: [0x00201040, 'LO'],
  RandomsCorrectionMethod: [0x00541100, 'CS'],
  ObservationNumber: [0x30060082, 'IS'],
  ApprovalStatus: [0x300e0002, 'CS'],
  PixelData: [0x7fe00010, 'OW'],
};
const tags = new Map<string, [tag: number, vr: string]>([
  ...[...knownElements].map(([tag, { keyword, vr }]): [string, [number, string]] => [keyword, [tag, vr]]),
  ...Object.entries(writtenOnly),
]);

const longForm = new Set(['OB', 'OW', 'SQ', 'UN', 'UT', 'UC', 'UR']);
const explicitLittleEndian = '1.2.840.10008.1.2.1';

/**
 * A DICOM file, part 10, explicit VR little endian. Elements are written in the order of their tags, so the bytes depend on
 * the content alone. Throws `RangeError` for a keyword that is not in the dictionary or a value that its VR cannot hold.
 */
export function writeDicom(dataset: DicomDataset): Uint8Array {
  const meta = encode({
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: dataset.SOPClassUID,
    MediaStorageSOPInstanceUID: dataset.SOPInstanceUID,
    TransferSyntaxUID: explicitLittleEndian,
    ImplementationClassUID: '2.25.195286411838317215412164932573425862142',
    ImplementationVersionName: 'IDIOGRAPH_EX',
  });
  const groupLength = Buffer.alloc(12);
  groupLength.write('\x02\x00\x00\x00UL\x04\x00', 'latin1');
  groupLength.writeUInt32LE(meta.length, 8);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), groupLength, meta, encode(dataset)]);
}

function encode(dataset: DicomDataset): Buffer {
  const elements = Object.entries(dataset)
    .filter(([, value]) => value !== undefined)
    .map(([keyword, value]) => {
      const known = tags.get(keyword);
      if (!known) throw new RangeError(`no DICOM element is called ${keyword}`);
      return { tag: known[0], vr: known[1], keyword, value: value! };
    })
    .sort((a, b) => a.tag - b.tag);
  return Buffer.concat(
    elements.flatMap(({ tag, vr, keyword, value }) => {
      const bytes = encodeValue(keyword, vr, value);
      const header = Buffer.alloc(longForm.has(vr) ? 12 : 8);
      header.writeUInt16LE(tag >>> 16, 0);
      header.writeUInt16LE(tag & 0xffff, 2);
      header.write(vr, 4, 'latin1');
      if (longForm.has(vr)) header.writeUInt32LE(bytes.length, 8);
      else if (bytes.length > 0xffff) throw new RangeError(`${keyword}: ${bytes.length} bytes are too long for ${vr}`);
      else header.writeUInt16LE(bytes.length, 6);
      return [header, bytes];
    }),
  );
}

function encodeValue(keyword: string, vr: string, value: NonNullable<DicomDataset[string]>): Uint8Array {
  if (value instanceof Uint8Array) return value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.alloc(1)]);
  if (vr === 'SQ') return Buffer.concat((value as readonly DicomDataset[]).map(item));
  const values = (Array.isArray(value) ? value : [value]) as (string | number)[];
  if (vr === 'US' || vr === 'SS') {
    const bytes = Buffer.alloc(2 * values.length);
    for (const [at, one] of values.entries())
      if (vr === 'US') bytes.writeUInt16LE(Number(one), 2 * at);
      else bytes.writeInt16LE(Number(one), 2 * at);
    return bytes;
  }
  const text = values.map((one) => (typeof one === 'number' ? decimal(one, vr) : one)).join('\\');
  const limit = { DS: 16, IS: 12, CS: 16, UI: 64 }[vr];
  const tooLong = text.split('\\').find((one) => limit !== undefined && one.length > limit);
  if (tooLong !== undefined) throw new RangeError(`${keyword}: ${tooLong} is too long for ${vr}`);
  return Buffer.from(text.length % 2 === 0 ? text : text + (vr === 'UI' ? '\0' : ' '), 'latin1');
}

function item(dataset: DicomDataset): Buffer {
  const bytes = encode(dataset);
  const header = Buffer.from('\xfe\xff\x00\xe0\x00\x00\x00\x00', 'latin1');
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** The most digits of a number that fit into the 16 characters of a DS; integers for IS. */
export function decimal(value: number, vr = 'DS'): string {
  if (vr === 'IS') return String(Math.round(value));
  for (let digits = 16; digits > 0; digits--) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  throw new RangeError(`${value} does not fit into a decimal string`);
}
