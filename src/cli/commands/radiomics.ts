import { readFileSync } from 'node:fs';
import { IdiographError } from '../../dossier/errors.ts';
import { RadiomicsConfig } from '../../imaging/radiomics/config.ts';
import { type Measured, measureRadiomics } from '../../imaging/radiomics/measure.ts';
import { type FeatureName, featureNames, namesFile } from '../../imaging/radiomics/names.ts';
import {
  isWanted,
  type PyradiomicsParameters,
  pyradiomicsParameters,
} from '../../imaging/radiomics/pyradiomicsParameters.ts';
import { readConfig } from '../../imaging/radiomics/readConfig.ts';
import { measureRobustness, type Robustness } from '../../imaging/radiomics/robustness.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import type { Command, Terminal } from '../command.ts';
import { givenOf } from '../given.ts';
import { radiomicsInput } from '../radiomicsInput.ts';
import { makeMaps, mapsAsked } from '../radiomicsMaps.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { oneLine } from '../terminal.ts';

/** Larger files are no configuration. */
const configBytes = 100_000;

export const command: Command = {
  summary: 'Computes the IBSI features of one region of an image, and prints them.',
  usage:
    'idiograph radiomics IMAGE --mask MASK [--label N|NAME] [--config FILE] [--profile ibsi|pyradiomics] [--robustness] [--knowledge DIR] [--json]\n' +
    '       idiograph radiomics IMAGE MASK --maps NAME[,NAME] --out DIR [--kernel-radius N] [options]\n\n' +
    'IMAGE: a NIfTI file, or a DICOM file or folder of one series. MASK: a NIfTI mask, an RTSTRUCT or a SEG.\n' +
    'FILE: a configuration as JSON, or a PyRadiomics parameter file. Without it, one by modality.\n' +
    '--robustness: also how far each feature varies when the mask is shifted, turned, grown, shrunk and redrawn.\n' +
    '--maps: features of the neighbourhood of each voxel as NIfTI files, by IBSI tag, PyRadiomics name or family\n' +
    '(stat_mean, glcm_JointEntropy, glrlm); N: voxels to each side, default 1.',
  options: {
    ...knowledgeOption,
    mask: { type: 'string' },
    label: { type: 'string' },
    config: { type: 'string' },
    profile: { type: 'string' },
    robustness: { type: 'boolean' },
    maps: { type: 'string' },
    'kernel-radius': { type: 'string' },
    out: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const text = (name: string) => options[name] as string | undefined;
    const [imagePath, second, ...more] = positionals;
    const maskPath = text('mask') ?? second;
    const isTwice = text('mask') !== undefined && second !== undefined;
    if (imagePath === undefined || maskPath === undefined || more.length > 0 || isTwice)
      throw new IdiographError('usage', 'name an image and a mask', { remedy: `usage: ${command.usage}` });
    const maps = mapsAsked(givenOf(options));
    const directory = knowledgeOf(options, terminal);
    const asked = text('config') === undefined ? undefined : configFrom(text('config')!);
    const start = performance.now();
    const input = await radiomicsInput(imagePath, maskPath, text('label'), asked?.label ?? 1);
    const { mask, issues: placed } = regionMask(input.shape, input.image.grid);
    const issues = placed.map((one) => ({ ...one, place: one.place ?? maskPath }));
    const missed = issues.find(({ severity }) => severity === 'error');
    if (mask.voxels === 0)
      throw new IdiographError(
        'usage',
        `${maskPath}: ${missed?.message ?? 'no voxel of the image lies inside the region'}`,
        {
          remedy: missed?.remedy ?? 'Check that region and image belong together.',
        },
      );
    const parameters =
      asked ?? (text('profile') === 'pyradiomics' ? pyradiomicsParameters({}) : byModality(input.modality, directory));
    const config = withProfile(parameters.config, text('profile'));
    const names = featureNames(loadKnowledge(namesFile, directory).data as { features: FeatureName[] });
    if (maps)
      return makeMaps(
        { ...input, mask, config, names, issues: [...parameters.issues, ...input.issues, ...issues] },
        maps,
        terminal,
      );
    const measured = await measureRadiomics(input.image, mask, config, names, {
      progress: (family) => terminal.progress(family),
    });
    const varied = options.robustness
      ? await measureRobustness(input.image, mask, config, names, {
          progress: (_, name) => terminal.progress(name),
        })
      : undefined;
    const seconds = (performance.now() - start) / 1000;
    const features = measured.features.filter(({ name }) => isWanted(parameters.only, name.replace('original_', '')));
    const all = [...parameters.issues, ...input.issues, ...issues, ...measured.issues];
    for (const { severity, message, remedy } of all)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (!terminal.json) sayFeatures(features, terminal);
    if (varied && !terminal.json) sayRobustness(varied, terminal);
    const { voxels } = measured.prepared.statistics;
    terminal.say(`${features.length} features of ${input.region}, ${voxels} voxels, in ${seconds.toFixed(2)} s`);
    terminal.document({
      region: input.region,
      voxels,
      seconds: Number(seconds.toFixed(3)),
      config,
      features: features.map((feature) => ({ ...feature, value: feature.value ?? null })),
      ...(varied && {
        robustness: varied.map(({ values, variationPercent, ...one }) => ({
          ...one,
          masks: values.length,
          variationPercent: variationPercent ?? null,
        })),
      }),
      issues: all,
    });
    return all.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function configFrom(path: string): PyradiomicsParameters {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new IdiographError('not-found', `${path} cannot be read`, { remedy: 'Check the path of --config.' });
  }
  if (bytes.length > configBytes) throw new IdiographError('usage', `${path} is too large for a configuration`);
  return readConfig(bytes.toString('utf8'));
}

/** The configuration that ships for a modality; CT's needs Hounsfield units, so unknown images take that of MR. */
function byModality(modality: string, directory: string | undefined): PyradiomicsParameters {
  const { modalities } = loadKnowledge('radiomics/defaults.json', directory).data as {
    modalities: Record<string, unknown>;
  };
  const config = RadiomicsConfig.parse(modalities[modality] ?? modalities.MR);
  return { config, label: 1, only: undefined, issues: [] };
}

function withProfile(config: RadiomicsConfig, profile: string | undefined): RadiomicsConfig {
  if (profile === undefined) return config;
  if (profile !== 'ibsi' && profile !== 'pyradiomics')
    throw new IdiographError('usage', `there is no profile "${profile}"`, { remedy: 'Use ibsi or pyradiomics.' });
  return { ...config, profile };
}

/** The least steady features first. */
function sayRobustness(varied: readonly Robustness[], terminal: Terminal): void {
  const known = varied.filter(({ variationPercent }) => variationPercent !== undefined);
  const steady = known.filter(({ variationPercent }) => variationPercent! < 10).length;
  terminal.say(
    `${steady} of ${known.length} features vary by less than 10 % over perturbed masks; those that vary most:`,
  );
  for (const { tag, variationPercent, low, high } of known
    .toSorted((a, b) => b.variationPercent! - a.variationPercent!)
    .slice(0, 10))
    terminal.say(`  ${tag}: CV ${variationPercent!.toFixed(1)} %, ${low.toPrecision(4)} to ${high.toPrecision(4)}`);
}

function sayFeatures(features: readonly Measured[], terminal: Terminal): void {
  const width = Math.max(0, ...features.map(({ tag }) => tag.length));
  for (const { tag, ibsi = '', value, unit, name } of features)
    terminal.say(
      `${tag.padEnd(width)}  ${ibsi.padEnd(4)}  ${value === undefined ? 'no value' : value.toPrecision(6)}${unit === '1' ? '' : ` ${unit}`}  ${name}`,
    );
}
