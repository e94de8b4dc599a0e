/**
 * Heads whose file states a wrong orientation, through the networks and the check against the template: the 23 wrong ways to
 * turn them, and their mirror images. Which heads: IDIOGRAPH_HEADS (names, default all), which parts: IDIOGRAPH_PARTS
 * (mirrored, turned). Hours for all.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedData } from '../../conformance/shared.ts';
import { prepareT1 } from '../../src/brain/prepareT1.ts';
import { brainOf } from '../../src/brain/registerT1.ts';
import { decisiveLeaning, turnMargin } from '../../src/brain/registration.ts';
import { segment } from '../../src/brain/segment.ts';
import { leaning } from '../../src/brain/sides.ts';
import { asymmetricPack, readAsymmetric, readTemplate, templatePack } from '../../src/brain/templates.ts';
import { t1Input } from '../../src/cli/t1Input.ts';
import type { Affine } from '../../src/dossier/grid.ts';
import { loadNetworks } from '../../src/packs/networkPack.ts';
import { onnxRuntime } from '../../src/packs/onnx/runtime.ts';
import { addPack, installedPack } from '../../src/packs/registry.ts';
import { apply, multiply, orientationCode } from '../../src/voxels/affine.ts';
import { dilate } from '../../src/voxels/distance.ts';
import { properTurns, quarterTurns } from '../../src/voxels/registration/quarterTurns.ts';
import { register } from '../../src/voxels/registration/register.ts';
import { shrinkTo, type Volume } from '../../src/voxels/registration/shrink.ts';

const heads: Record<string, { path: string; inside?: string }> = {
  crop: { path: 'brain/img/t1_crop.nii.gz' },
  ext2: { path: 'brain/img/T1_head_ext2.nii.gz' },
  nichart: { path: 'brain/nichart-sample1/sample1_T1.nii.gz' },
  forrest: { path: 'imaging/patient-forrest/t1-dicom.tar.gz', inside: 'dicoms' },
  xa30: { path: 'imaging/patient-xa30/xa30-enhanced.tar.gz', inside: 'In/5_anat-T1w_acq-tfl' },
  ms12: { path: 'imaging/ms-longitudinal-patient12/ms12.tar.gz', inside: 'raw/patient12/study1_T1W.nii.gz' },
};
const wanted = process.env['IDIOGRAPH_HEADS']?.split(',') ?? Object.keys(heads);
const parts = process.env['IDIOGRAPH_PARTS']?.split(',') ?? ['mirrored', 'turned'];
const folder = mkdtempSync(join(tmpdir(), 'idiograph-orientation-'));
let failed = false;
try {
  const packs = join(folder, 'packs');
  for (const [id, from] of [
    ['meshnet-18', 'packs/meshnet/tfjs'],
    [templatePack, 'packs/mni152'],
    [asymmetricPack, 'packs/nuclei'],
  ] as const)
    await addPack(id, { from: sharedData(from)!, directory: packs });
  const networks = await loadNetworks((await installedPack('meshnet-18', packs))!);
  const template = await readTemplate((await installedPack(templatePack, packs))!);
  const asymmetric = await readAsymmetric((await installedPack(asymmetricPack, packs))!);
  const fixed = shrinkTo(template.t1, 2);
  const coarse = shrinkTo(fixed, 8);
  const inBrain = Uint8Array.from(fixed.values, (value) => (value > 0 ? 1 : 0));
  const around = dilate(inBrain, [fixed.grid.shape[0], fixed.grid.shape[1], fixed.grid.shape[2]], 2);
  const aroundCoarse = Uint8Array.from(shrinkTo({ grid: fixed.grid, values: around }, 8).values, (share) =>
    share >= 0.5 ? 1 : 0,
  );

  /** What the check says of a head whose voxels are placed by another affine. */
  const judged = async (head: Volume, affineRas: Affine, isMirrored?: boolean): Promise<string> => {
    const grid = { shape: head.grid.shape, affineRas };
    const prepared = prepareT1(Float32Array.from(head.values), grid, { keepIntensities: false, place: '' });
    if ('refused' in prepared) return prepared.refused.code;
    const labelled = await segment(prepared, networks, await onnxRuntime());
    if ('refused' in labelled) return labelled.refused.code;
    const brain = brainOf(
      { grid: prepared.grid, values: prepared.data },
      { grid: prepared.grid, values: labelled.labels },
    );
    if (isMirrored === undefined) {
      const [stated, ...others] = quarterTurns(coarse, brain, aroundCoarse);
      const best = others.reduce((most, one) => (one.nmi > most.nmi ? one : most));
      const says = best.nmi > stated!.nmi + turnMargin ? `orientation-wrong ${orientationCode(best.turn)}` : 'holds';
      return `${says} (stated ${stated!.nmi.toFixed(3)}, other ${best.nmi.toFixed(3)})`;
    }
    const { fixedToMoving } = register(fixed, brain, { freedom: 12, fixedMask: around });
    const lean = leaning(brain, fixedToMoving, asymmetric);
    const says = lean <= -decisiveLeaning ? 'mirrored' : lean < decisiveLeaning ? 'undecided' : 'plausible';
    return `${says} (leaning ${lean.toFixed(3)})`;
  };

  for (const name of wanted) {
    const { path, inside } = heads[name]!;
    let file = sharedData(path);
    if (file === undefined) {
      console.log(`skip ${name}: ${path} is not on this machine`);
      continue;
    }
    if (inside !== undefined) {
      execFileSync('tar', ['xzf', file, '-C', folder]);
      file = join(folder, inside);
    }
    const { image } = await t1Input(file);
    const [ni, nj, nk] = image.grid.shape;
    const head: Volume = {
      grid: { shape: [ni, nj, nk, 1], affineRas: image.grid.affineRas },
      values: await image.readVolume(0),
    };
    const middle = apply(head.grid.affineRas, [ni / 2, nj / 2, nk / 2]);
    const about = (turn: Affine): Affine => {
      const there: Affine = [1, 0, 0, middle[0], 0, 1, 0, middle[1], 0, 0, 1, middle[2], 0, 0, 0, 1];
      const back: Affine = [1, 0, 0, -middle[0], 0, 1, 0, -middle[1], 0, 0, 1, -middle[2], 0, 0, 0, 1];
      return multiply(there, multiply(turn, multiply(back, head.grid.affineRas)));
    };
    if (parts.includes('mirrored'))
      for (const sign of [1, -1]) {
        const says = await judged(head, about([sign, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]), sign < 0);
        console.log(`${name.padEnd(8)} ${sign > 0 ? 'as it is' : 'mirrored'}: ${says}`);
      }
    if (parts.includes('turned'))
      for (const [at, turn] of properTurns().entries()) {
        const says = await judged(head, about(turn));
        console.log(`${name.padEnd(8)} turned ${String(at).padStart(2)} ${orientationCode(turn)}: ${says}`);
        if (at === 0 ? !says.startsWith('holds') : says.startsWith('holds')) failed = true;
      }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
