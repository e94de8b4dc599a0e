/**
 * Every file of the transfer syntax collection is decoded or refused by name; lossless codings of one image give
 * identical samples; near-lossless ones stay within their stated bound; lossy JPEG agrees with DCMTK's decoder.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesUnder, untar } from './dicomFolder.ts';
import { type Decoded, decodeFile, largestDifference, nameOf } from './dicomPixels.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

const archives = ['cornerstone-ctimage', 'wg04', 'dicomparser-encapsulated', 'pydicom'];
const single = [
  'HTJ2KLossless_08_RGB.dcm',
  'HTJ2K_08_RGB.dcm',
  'liver_deflate.dcm',
  'liver_nonbyte_aligned_deflate.dcm',
  'will-jxl.dcm',
];

/** Unpacks the collection into one folder. */
function collect(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-syntax-'));
  for (const name of archives) {
    const one = untar(sharedData(`imaging/dicom-syntax/${name}.tar.gz`)!);
    cpSync(one.folder, join(folder, name), { recursive: true });
    one.remove();
  }
  for (const name of single) cpSync(sharedData(`imaging/dicom-syntax/${name}`)!, join(folder, name));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** File names of one image: the first is the reference, the others must decode to the same samples. */
const lossless: string[][] = [
  [
    'CTImage.dcm',
    ...[
      'LittleEndianExplicitTransferSyntax_1.2.840.10008.1.2.1',
      'LittleEndianImplicitTransferSyntax_1.2.840.10008.1.2',
      'BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2',
      'DeflatedExplicitVRLittleEndianTransferSyntax_1.2.840.10008.1.2.1.99',
      'RLELosslessTransferSyntax_1.2.840.10008.1.2.5',
      'JPEGProcess14TransferSyntax_1.2.840.10008.1.2.4.57',
      'JPEGProcess14SV1TransferSyntax_1.2.840.10008.1.2.4.70',
      'JPEGLSLosslessTransferSyntax_1.2.840.10008.1.2.4.80',
      'JPEG2000LosslessOnlyTransferSyntax_1.2.840.10008.1.2.4.90',
    ].map((name) => `CTImage.dcm_${name}.dcm`),
  ],
  ...['CT1', 'CT2', 'MR1', 'MR3', 'MR4', 'NM1', 'XA1'].map((image) => [
    `${image}_UNC`,
    `${image}_RLE`,
    `${image}_JPLL`,
    `${image}_JLSL`,
    `${image}_J2KR`,
  ]),
  [
    'CT1_UNC',
    'CT1_UNC.explicit_little_endian.dcm',
    'CT1_UNC.implicit_little_endian.dcm',
    'CT1_UNC.explicit_big_endian.dcm',
    'CT1_UNC.fragmented_no_bot_jpeg_ls.80.dcm',
    'CT1_UNC.fragmented_bot_jpeg_ls.80.dcm',
    'CT1_UNC.not_fragmented_no_bot_jpeg_ls.80.dcm',
    'CT1_UNC.not_fragmented_bot_jpeg_ls.80.dcm',
  ],
  [
    'CT0012.explicit_little_endian.dcm',
    'CT0012.fragmented_no_bot_jpeg_lossless.57.dcm',
    'CT0012.fragmented_no_bot_jpeg_lossless.70.dcm',
    'CT0012.fragmented_no_bot_jpeg_ls.80.dcm',
    'CT0012.not_fragmented_bot_jpeg_ls.80.dcm',
    'CT0012.not_fragmented_no_bot_jpeg_ls.80.dcm',
    'CT0012.not_fragmented_bot_rle.dcm',
    'CT0012.not_fragmented_no_bot_rle.dcm',
  ],
  ['TestPattern_RGB.dcm', 'TestPattern_JPEG-LS-Lossless.dcm', 'TestPattern_JPEG-Lossless_RGB.dcm'],
  ['SC_rgb_rle.dcm', 'SC_rgb_jpeg_gdcm.dcm', 'SC_rgb_gdcm_KY.dcm'],
  [
    'MR_small.dcm',
    'MR_small_RLE.dcm',
    'MR_small_bigendian.dcm',
    'MR_small_expb.dcm',
    'MR_small_implicit.dcm',
    'MR_small_jp2klossless.dcm',
    'MR_small_jpeg_ls_lossless.dcm',
    'MR_small_padded.dcm',
  ],
  ['rtdose.dcm', 'rtdose_expb.dcm', 'rtdose_rle.dcm'],
  ['SC_rgb_small_odd.dcm', 'SC_rgb_small_odd_big_endian.dcm'],
];

/** NEAR of a JPEG-LS codestream: the byte behind the components of its scan header (ISO 14495-1 C.2.3). */
function nearOf(path: string): number {
  const bytes = readFileSync(path);
  const scan = bytes.indexOf(Buffer.from([0xff, 0xda]), bytes.indexOf(Buffer.from([0xff, 0xd8, 0xff])));
  return bytes[scan + 5 + 2 * bytes[scan + 4]!]!;
}

async function run(): Promise<Case[]> {
  const cases: Case[] = [];
  const { folder, remove } = collect();
  try {
    const decoded = new Map<string, Decoded>();
    const paths = new Map<string, string>();
    for (const path of filesUnder(folder)) {
      const one = await decodeFile(path);
      if (one.type === 'not-dicom') continue;
      decoded.set(nameOf(path), one);
      paths.set(nameOf(path), path);
      const named = one.type !== 'refused' || (one.code !== '' && one.message.length > 10);
      cases.push({
        name: `${nameOf(path)}: decoded, kept or refused by name`,
        error: named ? 0 : 1,
        tolerance: 0,
        note: one.type === 'refused' ? `${one.code}: ${one.message}` : one.type,
      });
    }
    const get = (name: string): Decoded => decoded.get(name) ?? { type: 'not-dicom' };
    for (const [reference, ...others] of lossless)
      for (const name of others)
        cases.push({
          name: `${name} = ${reference}`,
          error: largestDifference(get(reference!), get(name)),
          tolerance: 0,
        });
    cases.push({
      name: 'liver_deflate.dcm, frame 1 = liver_1frame.dcm',
      error: largestDifference(get('liver_1frame.dcm'), get('liver_deflate.dcm'), 1),
      tolerance: 0,
    });
    const bounded = [
      ...['CT1', 'CT2', 'MR1', 'MR3', 'MR4', 'NM1', 'XA1'].map((image) => [`${image}_UNC`, `${image}_JLSN`]),
      ['CTImage.dcm', 'CTImage.dcm_JPEGLSLossyTransferSyntax_1.2.840.10008.1.2.4.81.dcm'],
      ['TestPattern_RGB.dcm', 'TestPattern_JPEG-LS-NearLossless.dcm'],
      ['CT0012.explicit_little_endian.dcm', 'CT0012.fragmented_no_bot_jpeg_ls.81.dcm'],
    ];
    for (const [reference, name] of bounded)
      cases.push({
        name: `${name} within NEAR of ${reference}`,
        error: largestDifference(get(reference!), get(name!)),
        tolerance: nearOf(paths.get(name!)!),
      });
    const jxl = get('will-jxl.dcm');
    cases.push({
      name: 'JPEG XL refused with UID and name',
      error:
        jxl.type === 'refused' && jxl.code === 'transfer-syntax-unsupported' && /JPEG XL.*1\.2\.840/.test(jxl.message)
          ? 0
          : 1,
      tolerance: 0,
    });
    // A lossy coding of the same photograph: another transform, so only nearness can be asked.
    cases.push({
      name: 'HTJ2K_08_RGB.dcm near HTJ2KLossless_08_RGB.dcm',
      error: largestDifference(get('HTJ2KLossless_08_RGB.dcm'), get('HTJ2K_08_RGB.dcm')),
      tolerance: 64,
    });
  } finally {
    remove();
  }
  return cases;
}

/** Lossy JPEG of 8 and 12 bits, sequential and progressive: DCMTK rounds its integer transform otherwise, by one at most. */
async function runLossy(): Promise<Case[]> {
  const cases: Case[] = [];
  const { folder, remove } = collect();
  try {
    const lossy = filesUnder(folder).filter((path) =>
      /_JPLY$|JPGExtended|JPEGProcess(1|2_4|6_8|10_12)T|CT0012.*51|CT0012.*jpeg_baseline/.test(path),
    );
    for (const path of lossy) {
      const plain = join(folder, 'decoded.dcm');
      execFileSync('dcmdjpeg', [path, plain], { stdio: 'ignore' });
      cases.push({
        name: nameOf(path),
        error: largestDifference(await decodeFile(plain), await decodeFile(path)),
        tolerance: 1,
      });
    }
  } finally {
    remove();
  }
  return cases;
}

const needs = [
  ...archives.map((name) => `imaging/dicom-syntax/${name}.tar.gz`),
  ...single.map((name) => `imaging/dicom-syntax/${name}`),
];
const conformances: Conformance[] = [
  {
    id: 'dicom-syntax',
    method: 'DICOM transfer syntaxes (src/intake/dicom/codecs)',
    oracle: 'the same image in other codings: NEMA WG04, cornerstone, dicom-parser and pydicom test files',
    errorIs: 'stored value, or verdict',
    needs,
    commands: ['tar'],
    run,
  },
  {
    id: 'dicom-lossy-jpeg',
    method: 'DICOM JPEG with loss, 8 and 12 bits (src/intake/dicom/codecs)',
    oracle: 'DCMTK 3.6.7 dcmdjpeg (Debian, BSD-3), run beside',
    errorIs: 'stored value',
    needs,
    commands: ['tar', 'dcmdjpeg'],
    run: runLossy,
  },
];

export default conformances;
