import { deface } from '../../brain/deface.ts';
import { runOnImage } from '../../brain/onOneImage.ts';
import { segmentation } from '../../brain/segmentation.ts';
import { IdiographError } from '../../dossier/errors.ts';
import { openNifti } from '../../intake/nifti/open.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import type { Command } from '../command.ts';
import { givenOf } from '../given.ts';
import { packsOf, t1Input } from '../t1Input.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

export const command: Command = {
  summary: 'Takes the face out of a T1 before it is shared, and checks that no brain is lost.',
  usage:
    'idiograph deface T1 --out FILE.nii.gz [--keep head|brain] [--margin MM] [--packs DIR] [--json]\n\n' +
    'T1: a NIfTI file or a folder of DICOM. Needs the pack meshnet-18, whose labels say where the brain is.\n' +
    '--keep head (default): what lies in front of and below the brain goes; --keep brain: all that is further from it than the\n' +
    'margin goes. --margin: default 8 mm for head, 5 mm for brain. Header texts and other files are not looked at.',
  options: { out: { type: 'string' }, keep: { type: 'string' }, margin: { type: 'string' }, packs: { type: 'string' } },
  async run({ positionals, options }, terminal) {
    const given = givenOf(options);
    const [path, ...more] = positionals;
    const out = given.text('out');
    if (path === undefined || more.length > 0 || out === undefined || !/\.nii(\.gz)?$/i.test(out))
      throw new IdiographError('usage', 'name one T1 and --out FILE.nii.gz', { remedy: `usage: ${command.usage}` });
    const keep = given.oneOf('keep', ['head', 'brain']) ?? 'head';
    const marginMm = given.number('margin') ?? (keep === 'head' ? 8 : 5);
    if (!(marginMm >= 2 && marginMm <= 40))
      throw new IdiographError('usage', '--margin takes 2 to 40 mm', { remedy: command.usage });
    const { source, image, issues } = await t1Input(path);
    const packs = await packsOf(['meshnet-18'], given.text('packs'));
    if (packs.size === 0)
      throw new IdiographError('not-found', 'the pack meshnet-18 is not installed', {
        remedy: 'idiograph packs add meshnet-18 --from DIR',
      });
    const found = await runOnImage([segmentation], source, image, packs, {
      signal: terminal.signal,
      progress: (fraction, doing) => terminal.progress(`${doing ?? ''} ${Math.round(100 * fraction)} %`),
    });
    const map = found.artifacts.find(({ role }) => role === 'segmentation-18');
    const said = [...issues, ...found.issues, ...(map?.issues ?? [])];
    const fail = (message: string): number => {
      terminal.warn(message);
      terminal.document({ written: false, issues: said });
      return 1;
    };
    for (const { severity, message, remedy } of said)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (!map) return fail('nothing was written: the brain was not found');
    const labelled = await openNifti({ id: 'labels', blob: '', path: map.fileName }, { bytes: async () => map.bytes });
    const labels = { grid: labelled.grid, values: await labelled.readVolume() };
    const result = deface({ grid: image.grid, values: await image.readVolume(0) }, labels, { keep, marginMm });
    if ('refused' in result) return fail(result.refused.message);
    if (result.lost > 0) return fail(`nothing was written: ${result.lost} voxels of the brain would be lost`);
    const [ni, nj, nk] = image.grid.shape;
    const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: image.grid.affineRas };
    writeWhole(out, writeNiftiGz(grid, result.values, { datatype: 'float32', description: 'defaced' }));
    const percent = (100 * result.removed) / result.values.length;
    terminal.say(
      `${percent.toFixed(1)} % of the voxels taken away, no voxel of the labelled brain; look at it before you share it`,
    );
    terminal.document({ written: true, keep, marginMm, removedPercent: percent, brainVoxelsLost: 0, issues: said });
    return 0;
  },
};
