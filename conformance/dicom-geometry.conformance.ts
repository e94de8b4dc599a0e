/**
 * Every series of four sets against Debian's dcm2niix run beside us on the same files (`-p n`: display scaling, no
 * precise Philips values): stored integers, slope and intercept, affine, number of volumes, b-values and directions.
 * dcm2niix reverses rows and turns sagittal 3-D scans; so voxels are compared at equal places in the world.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Samples } from '../src/intake/dicom/codecs/frame.ts';
import { type DicomImageHandle, openDicomImage } from '../src/intake/dicom/openImage.ts';
import { type Element, sliceElements, withElements, writeDicom } from '../src/intake/dicom/testing.ts';
import { filesUnder, type Imported, importDicom, untar } from './dicomFolder.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

interface Nifti {
  name: string;
  shape: number[];
  /** Row-major 3x4 sform. */
  affine: number[][];
  slope: number;
  intercept: number;
  /** Samples per voxel: 3 for RGB24. */
  samples: number;
  values: Samples;
}

/** A plain NIfTI-1 of dcm2niix: int16, uint16, uint8, float32 or RGB24. */
function readNifti(path: string, name: string): Nifti {
  const file = readFileSync(path);
  const shape = [1, 2, 3, 4].map((d) => Math.max(1, file.readInt16LE(40 + 2 * d)));
  const type = file.readInt16LE(70);
  const bytes = Uint8Array.prototype.slice.call(file, Math.round(file.readFloatLE(108))).buffer;
  const values =
    type === 4
      ? new Int16Array(bytes)
      : type === 512
        ? new Uint16Array(bytes)
        : type === 16
          ? new Float32Array(bytes)
          : new Uint8Array(bytes);
  const affine = [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => file.readFloatLE(280 + 16 * row + 4 * column)));
  return {
    name,
    shape,
    affine,
    slope: file.readFloatLE(112) || 1,
    intercept: file.readFloatLE(116),
    samples: type === 128 ? 3 : 1,
    values,
  };
}

/** Runs dcm2niix on a folder and reads all it wrote. */
function runPeer(folder: string, out: string): { images: Nifti[]; text(name: string): string | undefined } {
  mkdirSync(out, { recursive: true });
  execFileSync('dcm2niix', ['-p', 'n', '-b', 'y', '-z', 'n', '-f', '%s_%d', '-o', out, folder], { stdio: 'ignore' });
  const names = readdirSync(out);
  return {
    images: names.filter((name) => name.endsWith('.nii')).map((name) => readNifti(join(out, name), name.slice(0, -4))),
    text: (name) => (names.includes(name) ? readFileSync(join(out, name), 'utf8') : undefined),
  };
}

/** How the peer's voxel axes lie in ours: it reverses rows and turns sagittal 3-D scans, so each axis is one of ours. */
interface Axes {
  /** Our axis along each axis of the peer, and whether it is reversed. */
  axis: number[];
  flip: boolean[];
  affineError: number;
}

function matchAxes(ours: readonly number[], shape: readonly number[], peer: Nifti): Axes {
  const cosine = (mine: number, theirs: number): number => {
    const a = [0, 1, 2].map((row) => ours[row * 4 + mine]!);
    const b = [0, 1, 2].map((row) => peer.affine[row]![theirs]!);
    return (a[0]! * b[0]! + a[1]! * b[1]! + a[2]! * b[2]!) / (Math.hypot(...a) * Math.hypot(...b));
  };
  const axis = [0, 1, 2].map((theirs) =>
    [0, 1, 2].reduce(
      (best, mine) => (Math.abs(cosine(mine, theirs)) > Math.abs(cosine(best, theirs)) ? mine : best),
      0,
    ),
  );
  const flip = axis.map((mine, theirs) => cosine(mine, theirs) < 0);
  let affineError = 0;
  for (let row = 0; row < 3; row++) {
    let origin = ours[row * 4 + 3]!;
    for (let theirs = 0; theirs < 3; theirs++) {
      const column = ours[row * 4 + axis[theirs]!]!;
      if (flip[theirs]) origin += column * (shape[axis[theirs]!]! - 1);
      affineError = Math.max(affineError, Math.abs((flip[theirs] ? -column : column) - peer.affine[row]![theirs]!));
    }
    affineError = Math.max(affineError, Math.abs(origin - peer.affine[row]![3]!));
  }
  return { axis, flip, affineError };
}

/** Number of stored samples that differ, over all slices and times; times of ours begin at `from` in the peer's. */
async function differing(
  image: DicomImageHandle,
  peer: Nifti,
  axes: Axes,
  from: number,
): Promise<{ samples: number; slope: number }> {
  const [ni, nj, nk, nt] = image.grid.shape;
  let samples = 0;
  let slope = 0;
  const isFloat = peer.values instanceof Float32Array;
  // Step in the peer's array, in voxels, for one step along each of our axes, and where our voxel 0 lies.
  const steps = [0, 0, 0];
  let origin = 0;
  let stride = 1;
  for (let theirs = 0; theirs < 3; theirs++) {
    steps[axes.axis[theirs]!] = axes.flip[theirs] ? -stride : stride;
    if (axes.flip[theirs]) origin += stride * (peer.shape[theirs]! - 1);
    stride *= peer.shape[theirs]!;
  }
  for (let t = 0; t < nt; t++)
    for (let k = 0; k < nk; k++) {
      const { stored, rescale } = await image.readStored(k, t);
      if (stored === undefined || 'table' in rescale)
        return { samples: Number.POSITIVE_INFINITY, slope: Number.POSITIVE_INFINITY };
      if (!isFloat)
        slope = Math.max(slope, relative(rescale.slope, peer.slope), Math.abs(rescale.intercept - peer.intercept));
      const plane = (t + from) * stride + origin + k * steps[2]!;
      for (let j = 0; j < nj; j++)
        for (let i = 0; i < ni; i++) {
          const at = (plane + j * steps[1]! + i * steps[0]!) * peer.samples;
          for (let s = 0; s < peer.samples; s++) {
            const ours = stored[(j * ni + i) * peer.samples + s]!;
            // Where slopes differ between slices the peer writes float32 values instead of integers.
            const same = isFloat
              ? relative(ours * rescale.slope + rescale.intercept, peer.values[at + s]!) < 1e-6
              : ours === peer.values[at + s];
            if (!same) samples++;
          }
        }
    }
  return { samples, slope };
}

function relative(a: number, b: number): number {
  return Math.abs(a - b) / Math.max(1e-30, Math.abs(b));
}

/** The peer's bvec rows in its voxel axes, turned to patient RAS by its own affine (FSL: x reversed where det > 0). */
function peerDirections(text: string, peer: Nifti): number[][] {
  const rows = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const m = peer.affine;
  const det =
    m[0]![0]! * (m[1]![1]! * m[2]![2]! - m[1]![2]! * m[2]![1]!) -
    m[0]![1]! * (m[1]![0]! * m[2]![2]! - m[1]![2]! * m[2]![0]!) +
    m[0]![2]! * (m[1]![0]! * m[2]![1]! - m[1]![1]! * m[2]![0]!);
  const lengths = [0, 1, 2].map((axis) => Math.hypot(m[0]![axis]!, m[1]![axis]!, m[2]![axis]!));
  return rows[0]!.map((_, t) =>
    [0, 1, 2].map((row) =>
      [0, 1, 2].reduce(
        (sum, axis) => sum + (m[row]![axis]! / lengths[axis]!) * rows[axis]![t]! * (axis === 0 && det > 0 ? -1 : 1),
        0,
      ),
    ),
  );
}

interface Pairing {
  peer: string;
  description: string;
  /** Second, third ... of ours with that description. */
  nth?: number;
  /** First time point of the peer's file that ours begins with. */
  from?: number;
}

async function compareSet(archive: string, sub: string, pairings: Pairing[], expectedSources: number): Promise<Case[]> {
  const cases: Case[] = [];
  const { folder, remove } = untar(sharedData(archive)!);
  try {
    const peer = runPeer(join(folder, sub), join(folder, 'peer'));
    const imported = await importDicom(filesUnder(join(folder, sub)));
    const volumes = imported.drafts.filter((draft) => draft.source.format === 'dicom-series');
    cases.push({
      name: `${archive}: number of volumes`,
      error: Math.abs(volumes.length - expectedSources),
      tolerance: 0,
    });
    for (const pairing of pairings) cases.push(...(await comparePair(archive, imported, peer, pairing)));
  } finally {
    remove();
  }
  return cases;
}

async function comparePair(
  archive: string,
  imported: Imported,
  peer: ReturnType<typeof runPeer>,
  pairing: Pairing,
): Promise<Case[]> {
  const name = `${archive}: ${pairing.peer}`;
  const reference = peer.images.find((one) => one.name === pairing.peer);
  const draft = imported.drafts.filter(
    (one) => one.source.format === 'dicom-series' && one.source.description === pairing.description,
  )[pairing.nth ?? 0];
  if (!reference || !draft)
    return [{ name, error: 1, tolerance: 0, note: reference ? 'ours is absent' : "the peer's is absent" }];
  const image = await openDicomImage(imported.source(draft), imported.blobs);
  const from = pairing.from ?? 0;
  const axes = matchAxes(image.grid.affineRas, image.grid.shape, reference);
  const shape = [...axes.axis.map((axis) => image.grid.shape[axis]!), image.grid.shape[3] + from];
  const cases: Case[] = [
    {
      name: `${name}, shape`,
      error: shape.every((one, d) => one === reference.shape[d]) ? 0 : 1,
      tolerance: 0,
      note: `${shape} and ${reference.shape}`,
    },
  ];
  if (cases[0]!.error > 0) return cases;
  cases.push({ name: `${name}, affine`, error: axes.affineError, tolerance: 1e-4 });
  const difference = await differing(image, reference, axes, from);
  cases.push({ name: `${name}, stored samples that differ`, error: difference.samples, tolerance: 0 });
  cases.push({ name: `${name}, slope and intercept`, error: difference.slope, tolerance: 1e-6 });
  const bvals = peer.text(`${pairing.peer}.bval`);
  if (bvals !== undefined) {
    const expected = bvals.trim().split(/\s+/).map(Number);
    const found = (draft.source.metadata['bval'] ?? []) as number[];
    cases.push({
      name: `${name}, b-values`,
      error:
        expected.length === found.length
          ? Math.max(...expected.map((one, t) => Math.abs(one - found[t]!)))
          : Number.POSITIVE_INFINITY,
      tolerance: 0.5,
    });
    const directions = peerDirections(peer.text(`${pairing.peer}.bvec`)!, reference);
    const ours = (draft.source.metadata['bvecRas'] ?? []) as number[][];
    const worst =
      directions.length === ours.length
        ? Math.max(
            ...directions.map((one, t) =>
              found[t] === 0 ? 0 : Math.max(...one.map((value, axis) => Math.abs(value - ours[t]![axis]!))),
            ),
          )
        : Number.POSITIVE_INFINITY;
    cases.push({ name: `${name}, directions`, error: worst, tolerance: 1e-4 });
  }
  return cases;
}

/** Siemens mosaics that we write ourselves, oblique, three time points of seven slices: no public sample is at hand. */
async function runMosaic(): Promise<Case[]> {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-mosaic-'));
  try {
    const input = join(folder, 'in');
    mkdirSync(input);
    for (let t = 0; t < 3; t++) writeFileSync(join(input, `${t}.dcm`), writeDicom(mosaicElements(t)));
    const peer = runPeer(input, join(folder, 'peer'));
    const imported = await importDicom(filesUnder(input));
    return await comparePair('generated mosaic', imported, peer, { peer: '5_mosaic', description: 'mosaic' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mosaicElements(t: number): Element[] {
  const tilt = Math.PI / 9;
  const slice = sliceElements({
    instance: t + 1,
    position: [-96, -80, 20],
    orientation: [1, 0, 0, 0, Math.cos(tilt), -Math.sin(tilt)].map((one) => Number(one.toFixed(9))),
    rows: 48,
    columns: 60,
    pixels: Array.from({ length: 48 * 60 }, (_, i) => (i * 7 + t * 11) % 1999),
  });
  return withElements(slice, [
    [0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\M\\ND\\MOSAIC'],
    [0x00080020, 'DA', '20200101'],
    [0x00080030, 'TM', '101010'],
    [0x00080032, 'TM', `10101${2 * t}`],
    [0x00080070, 'LO', 'SIEMENS'],
    [0x0008103e, 'LO', 'mosaic'],
    [0x00180020, 'CS', 'EP'],
    [0x00180023, 'CS', '2D'],
    [0x00180050, 'DS', '3'],
    [0x00180080, 'DS', '2000'],
    [0x00180081, 'DS', '30'],
    [0x00180088, 'DS', '3.3'],
    [0x00190010, 'LO', 'SIEMENS MR HEADER'],
    [0x0019100a, 'US', 7],
    [0x00200011, 'IS', '5'],
    [0x00200012, 'IS', String(t + 1)],
    [0x00280030, 'DS', '3\\3'],
    [0x00290010, 'LO', 'SIEMENS CSA HEADER'],
    [
      0x00291010,
      'OB',
      csaHeader({
        NumberOfImagesInMosaic: ['7'],
        SliceNormalVector: ['0', Math.sin(tilt).toFixed(8), Math.cos(tilt).toFixed(8)],
      }),
    ],
  ]);
}

/** A CSA2 header with a few numbers: "SV10", then per tag name, count, representation, items (see siemensCsa.ts). */
function csaHeader(tags: Record<string, string[]>): Uint8Array {
  const parts: Buffer[] = [Buffer.from('SV10\x04\x03\x02\x01', 'latin1'), words(Object.keys(tags).length, 77)];
  for (const [name, values] of Object.entries(tags)) {
    const title = Buffer.alloc(64);
    title.write(name, 'latin1');
    parts.push(title, words(values.length), Buffer.from('FD\0\0', 'latin1'), words(0, 6, 77));
    for (let n = 0; n < 6; n++) {
      const text = values[n] === undefined ? Buffer.alloc(0) : Buffer.from(`${values[n]}\0`, 'latin1');
      parts.push(words(text.length, text.length, 77, text.length), text, Buffer.alloc((4 - (text.length % 4)) % 4));
    }
  }
  return new Uint8Array(Buffer.concat(parts));
}

function words(...values: number[]): Buffer {
  return Buffer.from(new Uint32Array(values).buffer);
}

const common = {
  method: 'DICOM series to volumes (src/intake/dicom)',
  oracle: 'dcm2niix 1.0.20220720 (Debian, BSD-2), run beside with -p n',
  errorIs: 'samples, mm or relative, as the case says',
  commands: ['dcm2niix', 'tar'],
};

const conformances: Conformance[] = [
  {
    ...common,
    id: 'dicom-geometry-t1',
    needs: ['imaging/patient-forrest/t1-dicom.tar.gz'],
    run: () =>
      compareSet(
        'imaging/patient-forrest/t1-dicom.tar.gz',
        'dicoms',
        [{ peer: '401_anat-T1w', description: 'anat-T1w' }],
        1,
      ),
  },
  {
    ...common,
    id: 'dicom-geometry-func',
    needs: ['imaging/patient-forrest/func-oneback-dicom.tar.gz'],
    run: () =>
      compareSet(
        'imaging/patient-forrest/func-oneback-dicom.tar.gz',
        'dicoms',
        [{ peer: '401_func_task-oneback_run-1', description: 'func_task-oneback_run-1' }],
        1,
      ),
  },
  {
    ...common,
    id: 'dicom-geometry-xa30',
    needs: ['imaging/patient-xa30/xa30-enhanced.tar.gz'],
    run: () =>
      compareSet(
        'imaging/patient-xa30/xa30-enhanced.tar.gz',
        'In',
        [
          { peer: '5_anat-T1w_acq-tfl', description: 'anat-T1w_acq-tfl' },
          { peer: '7_func-bold_task-fa_run-1', description: 'func-bold_task-fa_run-1' },
          { peer: '8_gre_field_mapping_e1', description: 'gre_field_mapping' },
          { peer: '8_gre_field_mapping_e2', description: 'gre_field_mapping', nth: 1 },
          { peer: '9_gre_field_mapping_e2_ph', description: 'gre_field_mapping', nth: 2 },
          { peer: '10_DWI_dir80_PA', description: 'DWI_dir80_PA' },
          { peer: '11_DWI_dir80_PA_ADC', description: 'DWI_dir80_PA_ADC' },
          { peer: '12_DWI_dir80_PA_TRACEW', description: 'DWI_dir80_PA_TRACEW' },
          { peer: '13_DWI_dir80_PA_FA', description: 'DWI_dir80_PA_FA' },
          { peer: '14_DWI_dir80_PA_ColFA', description: 'DWI_dir80_PA_ColFA' },
          { peer: '16_DWI_dir80_PA_TENSOR_B0', description: 'DWI_dir80_PA_TENSOR_B0' },
          { peer: '25_asl_2d_tra', description: 'asl_2d_tra' },
          { peer: '27_Perfusion_Weighted', description: 'Perfusion_Weighted' },
          { peer: '28_relCBF', description: 'relCBF' },
        ],
        14,
      ),
  },
  {
    ...common,
    id: 'dicom-geometry-philips-dwi',
    needs: ['imaging/dwi-philips-vanderbilt/dicom.tar.gz'],
    run: () =>
      compareSet(
        'imaging/dwi-philips-vanderbilt/dicom.tar.gz',
        'In',
        [
          { peer: '601_dti_ax', description: 'dti_ax' },
          // The peer keeps the appended volume as the last of a second file with all volumes.
          { peer: '601_dti_ax_ADC', description: 'dti_ax', nth: 1, from: 16 },
        ],
        2,
      ),
  },
  {
    ...common,
    id: 'dicom-geometry-pet',
    needs: ['imaging/pet-sts001/fdg-pet-raw.tar.gz'],
    run: () =>
      compareSet(
        'imaging/pet-sts001/fdg-pet-raw.tar.gz',
        'sts_images_raw',
        [{ peer: '1_PET_AC', description: 'PET AC' }],
        1,
      ),
  },
  {
    ...common,
    id: 'dicom-geometry-sarcoma',
    needs: ['imaging/petct-mr-sts002/ibsi-sts002.tar.gz'],
    run: () =>
      compareSet(
        'imaging/petct-mr-sts002/ibsi-sts002.tar.gz',
        'ibsi_validation/dicom',
        [
          { peer: '3_IBSI_1_STS_002_CT_image', description: 'IBSI_1_STS_002_CT_image' },
          { peer: '4_IBSI_1_STS_002_PET_image', description: 'IBSI_1_STS_002_PET_image' },
          { peer: '6564013_IBSI_1_STS_002_MR_T1_image', description: 'IBSI_1_STS_002_MR_T1_image' },
        ],
        3,
      ),
  },
  {
    ...common,
    id: 'dicom-geometry-dce',
    needs: ['imaging/dce-breast-ucsf06/dce.tar.gz'],
    run: () =>
      compareSet(
        'imaging/dce-breast-ucsf06/dce.tar.gz',
        'dce_images_mr',
        [
          { peer: '2_Sagittal-IR_3DFGRE', description: 'Sagittal-IR_3DFGRE' },
          { peer: '21001_Sagittal-IR_3DFGRE_PE1', description: 'Sagittal-IR_3DFGRE: PE1' },
          { peer: '21000_Sagittal-IR_3DFGRE_SER', description: 'Sagittal-IR_3DFGRE: SER' },
        ],
        3,
      ),
  },
  {
    ...common,
    id: 'dicom-geometry-mosaic',
    needs: [],
    run: runMosaic,
  },
];

export default conformances;
