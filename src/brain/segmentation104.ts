import type { Analysis, Dossier, Selected } from '../dossier/analysis.ts';
import { isIdiographError } from '../dossier/errors.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { loadNetworks } from '../packs/networkPack.ts';
import { onnxRuntime } from '../packs/onnx/runtime.ts';
import { spacingMm } from '../voxels/affine.ts';
import { boundingBox, grow } from '../voxels/box.ts';
import { countLabels, millilitres } from '../voxels/regionStatistics.ts';
import { asymmetryIndex } from './asymmetry.ts';
import { brightenedCode } from './brightness.ts';
import { type Agreement, compareLabels } from './crossCheck.ts';
import { type Region, regionsOf } from './regions.ts';
import { segment } from './segment.ts';
import { segmenterTitle } from './segmenter.ts';
import { regionMeasures, Structures, siteCode, structuresFile } from './structures.ts';

const pack104 = 'meshnet-104';
/** Structures whose volumes by the two networks differ by more than this are flagged. */
export const largestDifference = 0.15;

/** Conformed T1 -> 104 regions with sides, their volumes and asymmetry, held against the network with 18 classes. */
export const segmentation104: Analysis = {
  id: 'brain.segmentation-104',
  version: '1.0.0',
  title: 'Brain regions with sides, and the cross-check of two networks',
  makes: ['segmentation-104', ...Object.values(regionMeasures).map(({ code }) => code)],
  takes: ['segmentation-18', 't1-conformed'],
  knowledge: [structuresFile],
  packs: [pack104],
  needsOneOf: () => [pack104],
  runtime: async () => (await onnxRuntime()).id,
  peakMemoryMb: () => 1800,
  method: 'brain-segmentation.md',
  select,
  async run(inputs, _options, context) {
    const [labelsId, t1Id] = [inputs['labels']![0]!, inputs['t1']![0]!];
    const artifact = context.dossier.artifacts.find(({ id }) => id === labelsId)!;
    const { time, labels: names18 = [] } = artifact;
    const pack = context.pack(pack104);
    if (!pack) return;
    const networks = await loadNetworks(pack).catch((error: unknown) => {
      if (isIdiographError(error, 'pack-invalid'))
        return issue('error', 'pack-invalid', `The regions were not labelled: ${error.message}.`, {
          remedy: `idiograph packs add ${pack104} --from DIR`,
        });
      throw error;
    });
    if ('code' in networks) return context.emit.issue(networks);
    const image = await context.openImage(t1Id);
    const { grid } = image;
    const data = Uint8Array.from(await image.readVolume());
    const labels18 = Uint8Array.from(await (await context.openImage(labelsId)).readVolume());
    const size = [grid.shape[0], grid.shape[1], grid.shape[2]] as const;
    const found = boundingBox(labels18, size, (label) => label > 0);
    if (!found) return;
    const segmented = await segment({ grid, data }, networks, await onnxRuntime(), {
      ...{ signal: context.signal, box: grow(found, 8, size) },
      progress: (fraction, doing) => context.progress(0.95 * fraction, doing),
    });
    if ('refused' in segmented) return context.emit.issue(segmented.refused);
    const { labels, method } = networks.segmentation;
    const own = context.emit.artifact({
      ...(time && { time }),
      ...{ type: 'labelmap', role: 'segmentation-104', title: segmenterTitle(method), mediaType: 'application/gzip' },
      ...{ fileName: `segmentation-104${time ? `-${time.slice(0, 10)}` : ''}.nii.gz`, grid, issues: artifact.issues },
      labels: labels.map(({ value, name, color }) => ({ value, name, color })),
      derivedFrom: [t1Id, labelsId],
      bytes: writeNiftiGz(grid, segmented.labels, { datatype: 'uint8', description: method }),
    });
    const brightened = artifact.issues.find(({ code }) => code === brightenedCode);
    if (brightened) return context.emit.issue(brightened);
    const { structures } = Structures.parse(context.knowledge(structuresFile));
    const regions = regionsOf(labels, structures);
    const agreements = compareLabels(labels18, segmented.labels, names18, regions);
    const emit = (draft: Omit<FindingDraft, 'derivedFrom'>): void =>
      context.emit.finding({ ...draft, ...(time && { time }), derivedFrom: [own, labelsId] });
    const voxelMm3 = spacingMm(grid.affineRas).reduce((product, one) => product * one, 1);
    emitAgreements(agreements, structures, emit);
    emitRegions(
      regions,
      countLabels(segmented.labels, labels.length),
      voxelMm3,
      agreements,
      method,
      artifact.issues,
      emit,
    );
    context.progress(1);
  },
};

type Emit = (draft: Omit<FindingDraft, 'derivedFrom'>) => void;

function emitAgreements(agreements: readonly Agreement[], structures: Structures['structures'], emit: Emit): void {
  const known = new Map(structures.map((one) => [one.label, one]));
  for (const { label, difference, dice, voxels18, voxels104 } of agreements)
    emit({
      measure: regionMeasures.agreement,
      site: siteCode(known.get(label)!),
      value: { type: 'quantity', value: Math.round(1000 * difference) / 10, unit: '%' },
      issues: isApart({ difference }) ? [networksApart] : [],
      methodNote: `overlap (Dice) ${dice.toFixed(3)}; ${(voxels18 / 1000).toFixed(1)} mL by 18 classes, ${(voxels104 / 1000).toFixed(1)} mL by 104`,
    });
}

function emitRegions(
  regions: readonly Region[],
  counts: ArrayLike<number>,
  voxelMm3: number,
  agreements: readonly Agreement[],
  method: string,
  shared: readonly Issue[],
  emit: Emit,
): void {
  const apart = new Set(agreements.filter(isApart).map(({ label }) => label));
  const doubts = ({ within }: Region): Issue[] => [
    noNorm,
    ...shared,
    ...(within !== undefined && apart.has(within) ? [networksApart] : []),
  ];
  for (const region of regions) {
    const voxels = counts[region.value]!;
    const missing = issue('warning', 'structure-not-found', `${region.display}: no voxel was labelled so.`);
    emit({
      measure: regionMeasures.volume,
      site: siteCode({
        site: region.side ? `${region.side}-${region.site}` : region.site,
        display: region.side ? `${region.display}, ${region.side}` : region.display,
      }),
      ...(region.side && { laterality: region.side }),
      ...(voxels > 0
        ? {
            value: { type: 'quantity' as const, value: millilitres(voxels, voxelMm3), unit: 'mL' },
            issues: doubts(region),
          }
        : { value: { type: 'refused' as const, reason: missing.code }, issues: [missing, ...shared] }),
      methodNote: method,
    });
    if (region.side !== 'left') continue;
    const right = regions.find((one) => one.side === 'right' && one.site === region.site);
    if (!right || voxels + counts[right.value]! === 0) continue;
    emit({
      measure: regionMeasures.asymmetry,
      site: siteCode(region),
      value: { type: 'quantity', value: asymmetryIndex({ left: voxels, right: counts[right.value]! }), unit: '%' },
      issues: doubts(region),
      methodNote: method,
    });
  }
}

function isApart({ difference }: Pick<Agreement, 'difference'>): boolean {
  return Math.abs(difference) > largestDifference;
}

const networksApart = issue(
  'warning',
  'networks-disagree',
  `Two networks give volumes of this structure that differ by more than ${100 * largestDifference} %.`,
  { remedy: 'Look at both label maps before using the number.' },
);

const noNorm = issue('info', 'no-norm', 'No reference: there is no reference population for this method.', {
  remedy: 'Compare only with scans of the same person or of local controls measured by the same method.',
});

function select(dossier: Dossier): Selected {
  const selections = dossier.artifacts
    .filter(({ role, type }) => role === 'segmentation-18' && type === 'labelmap')
    .flatMap((labels) => {
      const t1 = dossier.artifacts.find((one) => one.role === 't1-conformed' && labels.derivedFrom.includes(one.id));
      // The tiny network of the phantoms is no ground to label regions of.
      if (!t1 || !labels.title.includes('meshnet')) return [];
      return [
        {
          title: `Regions${labels.time ? `, ${labels.time.slice(0, 10)}` : ''}`,
          inputs: { labels: [labels.id], t1: [t1.id] },
        },
      ];
    });
  return { selections, missing: [] };
}
