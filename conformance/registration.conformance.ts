import { readSources } from '../src/cli/imageFiles.ts';
import { openImage } from '../src/intake/open.ts';
import { registrationQuality } from '../src/voxels/registration/quality.ts';
import { register } from '../src/voxels/registration/register.ts';
import { shrinkTo, type Volume } from '../src/voxels/registration/shrink.ts';
import type { Case, Conformance } from './method.ts';
import { sharedData } from './shared.ts';

async function volumeOf(name: string): Promise<Volume> {
  const { sources, blobs } = await readSources(sharedData(`brain/img/${name}`)!);
  const image = await openImage(sources[0]!.source, blobs);
  return { grid: image.grid, values: await image.readVolume() };
}

async function run(): Promise<Case[]> {
  const template = await volumeOf('avg152T1.nii.gz');
  const cases: Case[] = [];
  for (const name of ['t1_crop.nii.gz', 'T1_head_ext2.nii.gz']) {
    const moving = shrinkTo(await volumeOf(name), 2);
    const { fixedToMoving } = register(template, moving, { freedom: 12 });
    const { ncc, overlap, mirroredNcc } = registrationQuality(template, moving, fixedToMoving);
    const note = `overlap ${overlap.toFixed(3)}, mirrored ${mirroredNcc.toFixed(4)}`;
    cases.push(
      {
        name: `${name}: correlation ${ncc.toFixed(4)} of at least 0.85`,
        error: Math.max(0, 0.85 - ncc),
        tolerance: 0,
        note,
      },
      { name: `${name}: mirrored fits worse`, error: Math.max(0, mirroredNcc - ncc), tolerance: 0, note },
    );
  }
  return cases;
}

const conformance: Conformance = {
  id: 'registration',
  method: 'affine registration of T1 heads to the template, 2 mm',
  oracle: 'MNI152 average of 152 heads (avg152T1)',
  errorIs: 'correlation that is missing',
  needs: ['brain/img/avg152T1.nii.gz', 'brain/img/t1_crop.nii.gz', 'brain/img/T1_head_ext2.nii.gz'],
  run,
};

export default conformance;
