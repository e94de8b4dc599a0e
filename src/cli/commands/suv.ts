import { IdiographError } from '../../dossier/errors.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import type { Nuclide } from '../../imaging/pet/nuclides.ts';
import { petSeries } from '../../imaging/pet/petSeries.ts';
import { normalised } from '../../imaging/pet/suv.ts';
import { implausibleUptake, type Uptake, uptakeIn } from '../../imaging/pet/uptake.ts';
import { activeVolume, thresholdCode, thresholds } from '../../imaging/pet/volumes.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { apply } from '../../voxels/affine.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { regionMask } from '../../voxels/regionMask.ts';
import type { Command, Terminal } from '../command.ts';
import { petInput } from '../petInput.ts';
import { type NamedRegion, regionsInput } from '../regionsInput.ts';
import { knowledgeOf, knowledgeOption } from '../siteKnowledge.ts';
import { oneLine } from '../terminal.ts';

export const command: Command = {
  summary: 'Uptake (SUV) of each region of a PET series.',
  usage:
    'idiograph suv PET_FOLDER --roi FILE [--knowledge DIR] [--json]\n\n' +
    'PET_FOLDER: one PET series in DICOM. FILE: an RTSTRUCT, a SEG or a NIfTI mask (one region a value).\n' +
    'Prints SUVbw maximum, mean and peak (1 cm³ sphere), total lesion glycolysis (mean × volume), SUV by lean mass,\n' +
    'surface and ideal weight where the header has height and sex, and metabolic volumes by threshold.',
  options: { ...knowledgeOption, roi: { type: 'string' } },
  async run({ positionals, options }, terminal) {
    const [folder, second, ...more] = positionals;
    const roi = (options['roi'] as string | undefined) ?? second;
    if (folder === undefined || roi === undefined || more.length > 0)
      throw new IdiographError('usage', 'name a PET folder and --roi', { remedy: `usage: ${command.usage}` });
    const { nuclides } = loadKnowledge('imaging/nuclides.json', knowledgeOf(options, terminal)).data as {
      nuclides: Nuclide[];
    };
    const input = await petInput(folder);
    const { image, header, scale } = petSeries(input.image, input.metadata, nuclides);
    const found = await regionsInput(roi, image.grid.frameOfReference);
    const issues: Issue[] = [...input.issues, ...scale.issues, ...found.issues];
    if ('refused' in scale) issues.push(scale.refused);
    const factor = 'refused' in scale ? undefined : scale.factor;
    const body = { weightKg: header.weightKg, heightM: header.heightM, sex: header.sex };
    const regions = [];
    for (const region of found.regions) {
      const measured = await measure(region, input, image, factor, issues);
      if (measured) regions.push({ ...measured, ...(measured.suvbw && others(measured.suvbw, body)) });
    }
    for (const { severity, message, remedy } of issues)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (!terminal.json) for (const region of regions) sayRegion(region, terminal);
    terminal.document({
      ...(factor !== undefined && { factor, how: (scale as { how: string }).how }),
      regions,
      issues,
    });
    return issues.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

interface Printed {
  name: string;
  voxels: number;
  volumeMl: number;
  suvbw: { max: number; mean: number; peak: number } | null;
  tlg: number | null;
  places?: { max: Place; peak: Place & { voxels: number } };
  metabolicVolumes?: Record<string, { volumeMl: number; tlg: number; limit: number }>;
}
interface Place {
  index: number[];
  rasMm: number[];
}

async function measure(
  region: NamedRegion,
  { missing }: { missing: ReadonlySet<number> },
  image: Parameters<typeof uptakeIn>[0],
  factor: number | undefined,
  issues: Issue[],
): Promise<Printed | undefined> {
  const { mask, issues: drawn } = regionMask(region.shape, image.grid);
  issues.push(...drawn.map((one) => ({ ...one, place: region.name })));
  const refuse = (code: string, message: string): undefined => {
    issues.push(issue('error', code, message, { place: region.name }));
  };
  if (mask.voxels === 0) {
    if (!drawn.some(({ severity }) => severity === 'error'))
      refuse('region-empty', `${region.name} has no voxel on the PET series.`);
    return undefined;
  }
  if ([...missing].some((k) => k >= mask.origin[2] && k < mask.origin[2] + mask.size[2]))
    return refuse('region-on-missing-slice', `${region.name} lies on slices that are missing from the series.`);
  const volumeMl = (mask.voxels * indexFrame(image.grid).voxelMm3) / 1000;
  const common = { name: region.name, voxels: mask.voxels, volumeMl };
  if (factor === undefined) return { ...common, suvbw: null, tlg: null };
  const uptake = await uptakeIn(image, mask, factor);
  if (!uptake) return refuse('region-empty', `No voxel of ${region.name} has a value.`);
  if (uptake.notNumbers > 0)
    issues.push(
      issue('warning', 'voxels-without-value', `${uptake.notNumbers} voxels of ${region.name} have no value.`),
    );
  const implausible = implausibleUptake(uptake);
  if (implausible) issues.push({ ...implausible, place: region.name });
  return { ...common, ...numbers(uptake, image.grid.affineRas) };
}

function numbers(uptake: Uptake, affineRas: number[]): Pick<Printed, 'suvbw' | 'tlg' | 'places' | 'metabolicVolumes'> {
  const { suv, millilitres, hottest, peakAt, peakVoxels, values, voxelMm3 } = uptake;
  const place = (index: [number, number, number]): Place => ({ index, rasMm: [...apply(affineRas, index)] });
  const volumes = thresholds.flatMap((threshold) => {
    const active = activeVolume(values, threshold, voxelMm3);
    return active === undefined
      ? []
      : [
          [
            thresholdCode(threshold),
            { volumeMl: active.millilitres, tlg: active.totalGlycolysisG, limit: active.limit },
          ] as const,
        ];
  });
  return {
    suvbw: { max: suv.max, mean: suv.mean, peak: suv.peak },
    tlg: suv.mean * millilitres,
    places: { max: place(hottest), peak: { ...place(peakAt), voxels: peakVoxels } },
    metabolicVolumes: Object.fromEntries(volumes),
  };
}

const normalisations = {
  sulJanmahasatian: 'lbm-janmahasatian',
  sulJames128: 'lbm-james-128',
  suvbsa: 'bsa',
  suvibw: 'ibw',
} as const;

/** Uptake by other measures of the body; one for each sex where the header has none; the reason where it is refused. */
function others(
  suvbw: { max: number; mean: number; peak: number },
  body: { weightKg: number | undefined; heightM: number | undefined; sex: string },
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(normalisations).map(([name, normalisation]) => {
      const found = normalised(normalisation, body);
      if ('refused' in found) return [name, { refused: found.refused.code }];
      const members = found.factors.map(({ sex, factor }) => ({
        ...(found.factors.length > 1 && { sex }),
        max: suvbw.max * factor,
        mean: suvbw.mean * factor,
        peak: suvbw.peak * factor,
      }));
      return [name, members.length === 1 ? members[0] : members];
    }),
  );
}

function sayRegion({ name, voxels, volumeMl, suvbw, tlg }: Printed, terminal: Terminal): void {
  const uptake = suvbw
    ? `SUVbw max ${suvbw.max.toFixed(3)}, mean ${suvbw.mean.toFixed(3)}, peak ${suvbw.peak.toFixed(3)}; TLG ${tlg!.toFixed(1)} g`
    : 'no uptake';
  terminal.say(oneLine(`${name}: ${voxels} voxels, ${volumeMl.toFixed(2)} mL; ${uptake}`));
}
