import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unionBox, within } from '../src/annotation/agreement.ts';
import { majority, staple, votesOf } from '../src/annotation/consensus.ts';
import { icc21 } from '../src/annotation/icc.ts';
import { dice, jaccard, kappa, overlapOf } from '../src/annotation/overlap.ts';
import { surfaceAgreement } from '../src/annotation/surfaceAgreement.ts';
import type { Grid } from '../src/dossier/grid.ts';
import { openDicomImage } from '../src/intake/dicom/openImage.ts';
import { openDicomRegion } from '../src/intake/dicom/regions.ts';
import { writeNifti } from '../src/intake/nifti/write.ts';
import { boxSize } from '../src/voxels/box.ts';
import { indexFrame } from '../src/voxels/indexFrame.ts';
import { boxed, type RegionMask, wholeMask } from '../src/voxels/mask.ts';
import { regionMask } from '../src/voxels/regionMask.ts';
import { filesUnder, importDicom, untar } from './dicomFolder.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

type Triple = [number, number, number];

/** Masks as they are made from numbers on both sides (annotation-oracle.py), and what other programs say of them. */
interface MadeCase {
  size: Triple;
  spacingMm: Triple;
  readers: { balls: { centre: Triple; radiusMm: number }[]; flip: number; seed: number }[];
  voxels: number[];
  pairs: ({ of: [number, number] } & Record<Exclude<keyof PairValues, 'of'>, number>)[];
  majority: number;
  staple: { sensitivity: number[]; specificity: number[]; voxels: number };
}

interface PairValues {
  dice: number;
  jaccard: number;
  kappa: number;
  meanMm: number;
  hausdorff95Mm: number;
  hausdorffMm: number;
}

const made = JSON.parse(readFileSync(join(import.meta.dirname, 'annotation-cases.json'), 'utf8')) as {
  source: string;
  cases: MadeCase[];
  tables: { table: number[][]; icc: Triple }[];
};

function gridOf(shape: readonly number[], [x, y, z]: readonly number[]): Grid {
  return {
    shape: [shape[0]!, shape[1]!, shape[2]!, 1],
    affineRas: [x!, 0, 0, 0, 0, y!, 0, 0, 0, 0, z!, 0, 0, 0, 0, 1],
  };
}

function masksOf({ size, spacingMm, readers }: MadeCase): RegionMask[] {
  const [n0, n1, n2] = size;
  return readers.map(({ balls, flip, seed }) => {
    const whole = new Uint8Array(n0 * n1 * n2);
    for (let at = 0; at < whole.length; at++) {
      const index = [at % n0, Math.floor(at / n0) % n1, Math.floor(at / (n0 * n1))];
      const isIn = balls.some(({ centre, radiusMm }) => {
        const [a, b, c] = index.map((value, axis) => ((value - centre[axis]!) * spacingMm[axis]!) ** 2) as Triple;
        return a + b + c <= radiusMm * radiusMm;
      });
      const isFlipped = flip > 0 && hashed(at, seed) < Math.floor(flip * 2 ** 32);
      whole[at] = isIn !== isFlipped ? 1 : 0;
    }
    return boxed(whole, gridOf(size, spacingMm));
  });
}

function hashed(at: number, seed: number): number {
  let x = (Math.imul(at, 2654435761) + Math.imul(seed, 40503)) >>> 0;
  x ^= x >>> 15;
  x = Math.imul(x, 2246822519) >>> 0;
  return (x ^ (x >>> 13)) >>> 0;
}

function compare(a: RegionMask, b: RegionMask): PairValues {
  const box = unionBox([a, b])!;
  const [inA, inB] = [within(a, box), within(b, box)];
  const [ni, nj, nk] = a.grid.shape;
  const overlap = overlapOf(inA, inB, ni * nj * nk);
  const surfaces = surfaceAgreement(inA, inB, boxSize(box), indexFrame(a.grid).spacingMm)!;
  return { dice: dice(overlap)!, jaccard: jaccard(overlap)!, kappa: kappa(overlap)!, ...surfaces };
}

const madeMasks: Conformance = {
  id: 'annotation-agreement',
  method: 'Agreement of masks: overlap, surface distances, majority, STAPLE (annotation.agreement)',
  oracle: `${made.source}; masks made from numbers`,
  errorIs: 'absolute; mm for distances',
  needs: [],
  async run() {
    const cases: Case[] = [];
    for (const [index, one] of made.cases.entries()) {
      const masks = masksOf(one);
      cases.push({
        name: `case ${index}: the same masks on both sides`,
        error: Math.max(...masks.map(({ voxels }, reader) => Math.abs(voxels - one.voxels[reader]!))),
        tolerance: 0,
      });
      for (const { of, ...expected } of one.pairs) {
        const found = compare(masks[of[0]]!, masks[of[1]]!);
        for (const key of Object.keys(expected) as (keyof PairValues)[]) {
          const error = Math.abs(found[key] - expected[key]);
          // Distances pass through float32, whose digits are relative.
          const tolerance = key.endsWith('Mm') ? 3e-7 * Math.max(1, expected[key]) : 1e-12;
          cases.push({ name: `case ${index}, readers ${of.join(' and ')}, ${key}`, error, tolerance });
        }
      }
      cases.push(...consensusCases(`case ${index}`, masks, one));
    }
    return cases;
  },
};

/**
 * ITK ends when nothing moves by more than 1e-7 in one step, up to 2.4e-5 before the end that ours reaches: both are held
 * against each other at ITK's end, and the voxels at ours.
 */
function consensusCases(name: string, masks: RegionMask[], expected: MadeCase): Case[] {
  const box = unionBox(masks)!;
  const [ni, nj, nk] = expected.size;
  const votes = votesOf(
    masks.map((mask) => within(mask, box)),
    ni * nj * nk,
  );
  const found = staple(votes, 1e-7)!;
  const count = (mask: Uint8Array): number => mask.reduce((sum, bit) => sum + bit, 0);
  const differences = (key: 'sensitivity' | 'specificity') =>
    Math.max(...found[key].map((value, reader) => Math.abs(value - expected.staple[key][reader]!)));
  return [
    { name: `${name}, majority`, error: Math.abs(count(majority(votes)) - expected.majority), tolerance: 0 },
    {
      name: `${name}, STAPLE voxels`,
      error: Math.abs(count(staple(votes)!.mask) - expected.staple.voxels),
      tolerance: 0,
    },
    { name: `${name}, STAPLE sensitivity`, error: differences('sensitivity'), tolerance: 1e-10 },
    { name: `${name}, STAPLE specificity`, error: differences('specificity'), tolerance: 1e-10 },
  ];
}

const icc: Conformance = {
  id: 'annotation-icc',
  method: 'ICC(2,1) with its 95 % interval (annotation.measurement-agreement)',
  oracle: `Shrout and Fleiss 1979, tables 2 and 4; McGraw and Wong's formulae with the F distribution of SciPy`,
  errorIs: 'absolute',
  needs: [],
  async run() {
    const published = icc21([
      [9, 2, 5, 8],
      [6, 1, 3, 2],
      [8, 4, 6, 8],
      [7, 1, 2, 6],
      [10, 5, 6, 9],
      [6, 2, 4, 7],
    ])!;
    const cases: Case[] = [{ name: 'Shrout and Fleiss', error: Math.abs(published.value - 0.29), tolerance: 0.005 }];
    for (const [index, { table, icc }] of made.tables.entries()) {
      const found = icc21(table)!;
      const [value, low, high] = icc;
      cases.push(
        { name: `table ${index}, value`, error: Math.abs(found.value - value), tolerance: 1e-10 },
        { name: `table ${index}, lower limit`, error: Math.abs(found.interval![0] - low), tolerance: 1e-10 },
        { name: `table ${index}, upper limit`, error: Math.abs(found.interval![1] - high), tolerance: 1e-10 },
      );
    }
    return cases;
  },
};

const plastimatch: Conformance = {
  id: 'annotation-plastimatch',
  method: 'Dice and Hausdorff distance of surfaces (annotation.agreement)',
  oracle: 'plastimatch 1.9 dice --all on masks made from numbers',
  errorIs: 'absolute; mm for distances',
  needs: [],
  commands: ['plastimatch'],
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'idiograph-dice-'));
    try {
      return made.cases.flatMap((one, index) => {
        const [a, b] = masksOf(one) as [RegionMask, RegionMask];
        return againstPlastimatch(`case ${index}`, a, b, folder);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const tumour: Conformance = {
  id: 'annotation-tumour',
  method: 'Dice and Hausdorff distance of contours drawn by people (annotation.agreement)',
  oracle: 'plastimatch 1.9 dice --all on STS_001 mass and oedema (TCIA, CC BY 3.0)',
  errorIs: 'absolute; mm for distances',
  needs: ['imaging/pet-sts001/fdg-pet-raw.tar.gz'],
  commands: ['plastimatch'],
  async run() {
    const { folder, remove } = untar(sharedData('imaging/pet-sts001/fdg-pet-raw.tar.gz')!);
    try {
      const imported = await importDicom(filesUnder(folder));
      const sources = imported.drafts.map((draft) => ({ draft, source: imported.source(draft) }));
      const series = sources.find(({ source }) => source.format === 'dicom-series')!;
      const { grid } = await openDicomImage(series.source, imported.blobs);
      const masks = new Map<string, RegionMask>();
      for (const { draft, source } of sources)
        for (const [index, region] of draft.regions.entries()) {
          const record = { kind: 'region' as const, id: `r${index}`, subject: 's', source: source.id, ...region };
          masks.set(region.label, regionMask(await openDicomRegion(record, source, imported.blobs), grid).mask);
        }
      return againstPlastimatch('mass and oedema', masks.get('GTV_Mass')!, masks.get('GTV_Edema')!, folder);
    } finally {
      remove();
    }
  },
};

/** A mask with three empty voxels more on each side: plastimatch leaves voxels at the border of the image out of its distances. */
function padded(mask: RegionMask): RegionMask {
  const [ni, nj, nk] = mask.grid.shape;
  const origin = mask.origin.map((first) => first + 3) as Triple;
  return { ...mask, origin, grid: gridOf([ni + 6, nj + 6, nk + 6], indexFrame(mask.grid).spacingMm) };
}

/** plastimatch prints six decimals. It knows a surface by the same six neighbours. */
function againstPlastimatch(name: string, a: RegionMask, b: RegionMask, folder: string): Case[] {
  const files = [a, b].map(padded).map((mask, index) => {
    const path = join(folder, `${index}.nii`);
    writeFileSync(path, writeNifti(mask.grid, wholeMask(mask), { datatype: 'uint8' }));
    return path;
  });
  const said = execFileSync('plastimatch', ['dice', '--all', ...files], { encoding: 'utf8' });
  const number = (label: string): number =>
    Number(
      said
        .split('\n')
        .find((line) => line.startsWith(label))
        ?.split(/[:=]/)[1],
    );
  const found = compare(a, b);
  return [
    { name: `${name}, Dice`, error: Math.abs(found.dice - number('DICE')), tolerance: 1e-6 },
    {
      name: `${name}, Hausdorff`,
      error: Math.abs(found.hausdorffMm - number('Hausdorff distance (boundary)')),
      tolerance: 1e-6 * Math.max(1, found.hausdorffMm),
    },
  ];
}

export default [madeMasks, icc, plastimatch, tumour];
