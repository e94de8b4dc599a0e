import { join } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import type { ImageHandle } from '../dossier/image.ts';
import type { Issue } from '../dossier/issue.ts';
import { mapMedian } from '../imaging/perfusion/regional.ts';
import type { RadiomicsConfig } from '../imaging/radiomics/config.ts';
import { chooseMaps } from '../imaging/radiomics/maps/chooseMaps.ts';
import { featureMaps, mapVolume } from '../imaging/radiomics/maps/featureMaps.ts';
import type { FeatureNames } from '../imaging/radiomics/names.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import type { RegionMask } from '../voxels/mask.ts';
import type { Terminal } from './command.ts';
import type { Given } from './given.ts';
import { oneLine } from './terminal.ts';
import { writeWhole } from './wholeFile.ts';

/** What `idiograph radiomics --maps` works on. */
export interface MapsInput {
  image: ImageHandle;
  mask: RegionMask;
  region: string;
  config: RadiomicsConfig;
  names: FeatureNames;
  issues: readonly Issue[];
}

/** What was asked of maps, or undefined. Throws `usage` when options do not go together. */
export function mapsAsked(
  given: Given,
): { names: string[]; out: string; kernelRadius: number | undefined } | undefined {
  const names = given
    .text('maps')
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const out = given.text('out');
  const kernelRadius = given.number('kernel-radius');
  if (names === undefined) {
    if (out === undefined && kernelRadius === undefined) return undefined;
    throw new IdiographError('usage', '--out and --kernel-radius go with --maps');
  }
  if (names.length === 0 || out === undefined)
    throw new IdiographError('usage', 'maps need names and a folder', {
      remedy: 'For instance: --maps stat_mean,cm_joint_entr --out maps.',
    });
  if (given.flag('robustness')) throw new IdiographError('usage', 'name --maps or --robustness, not both');
  if (kernelRadius !== undefined && !(Number.isInteger(kernelRadius) && kernelRadius >= 1 && kernelRadius <= 15))
    throw new IdiographError('usage', '--kernel-radius wants a whole number of voxels from 1 to 15');
  return { names, out, kernelRadius };
}

/** Makes the maps, writes them as `NAME.nii.gz` and says which. Returns the exit code. */
export async function makeMaps(
  { image, mask, region, config: configured, names, issues }: MapsInput,
  asked: NonNullable<ReturnType<typeof mapsAsked>>,
  terminal: Terminal,
): Promise<number> {
  const start = performance.now();
  const config =
    asked.kernelRadius === undefined
      ? configured
      : { ...configured, maps: { ...configured.maps, kernelRadius: asked.kernelRadius } };
  const choices = chooseMaps(asked.names, config, names, image.unit);
  const made = await featureMaps(image, mask, config, choices, {
    progress(share) {
      if (terminal.signal.aborted) throw new IdiographError('aborted', 'stopped');
      terminal.progress(`maps ${Math.round(100 * share)} %`);
    },
  });
  const outside = config.maps.initValue ?? Number.NaN;
  const written = (made.voxels.length > 0 ? choices : []).map(({ name, title, unit, family, aggregation }, at) => {
    const file = `${name}.nii.gz`;
    const description = `${title}${unit === '1' ? '' : ` [${unit}]`}`.slice(0, 79);
    const values = mapVolume(made, at, outside);
    writeWhole(join(asked.out, file), writeNiftiGz(made.grid, values, { datatype: 'float32', description }));
    const median = mapMedian(values);
    return {
      name,
      file,
      title,
      unit,
      family,
      ...(aggregation && { aggregation }),
      ...(median !== undefined && { median }),
    };
  });
  const seconds = (performance.now() - start) / 1000;
  const all = [...issues, ...made.issues];
  for (const { severity, message, remedy } of all)
    if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
  for (const { file, title, unit, median } of written)
    terminal.say(
      `${file}  ${title}${median === undefined ? '' : `, median ${median.toPrecision(4)}${unit === '1' ? '' : ` ${unit}`}`}`,
    );
  terminal.say(
    `${written.length} maps of ${region}, ${made.voxels.length} voxels, radius ${config.maps.kernelRadius}, in ${seconds.toFixed(2)} s`,
  );
  terminal.document({
    region,
    voxels: made.voxels.length,
    levels: made.levels,
    seconds: Number(seconds.toFixed(3)),
    config,
    maps: written,
    issues: all,
  });
  return all.some(({ severity }) => severity === 'error') ? 1 : 0;
}
