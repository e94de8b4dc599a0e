import type { Analysis, Dossier, Selected } from '../dossier/analysis.ts';
import { isIdiographError } from '../dossier/errors.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { issue } from '../dossier/issue.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { loadNetworks } from '../packs/networkPack.ts';
import { onnxRuntime } from '../packs/onnx/runtime.ts';
import { spacingMm } from '../voxels/affine.ts';
import { boundingBox, grow } from '../voxels/box.ts';
import { countLabels } from '../voxels/regionStatistics.ts';
import { brightenedCode } from './brightness.ts';
import { compareLabels } from './crossCheck.ts';
import { emitAgreements, emitRegions } from './regionFindings.ts';
import { regionsOf } from './regions.ts';
import { segment } from './segment.ts';
import { segmenterTitle } from './segmenter.ts';
import { regionMeasures, Structures, structuresFile } from './structures.ts';

const pack104 = 'meshnet-104';
/** Conformed T1 -> 104 regions with sides, their volumes and asymmetry, held against the network with 18 classes. */
export const segmentation104: Analysis = {
  id: 'brain.segmentation-104',
  version: '1.1.0',
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
