import type { Analysis, RunContext } from '../dossier/analysis.ts';
import { isIdiographError } from '../dossier/errors.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { loadNetworks } from '../packs/networkPack.ts';
import { onnxRuntime } from '../packs/onnx/runtime.ts';
import { spacingMm } from '../voxels/affine.ts';
import { drawRow } from '../voxels/picture.ts';
import { correctedCheck } from './correctedCheck.ts';
import { type PreparedT1, prepareT1 } from './prepareT1.ts';
import { type Segmentation, segment } from './segment.ts';
import { segmenterTitle } from './segmenter.ts';
import { selectT1, unsuitableGrid } from './selectT1.ts';
import { measures, siteCode, wholeBrain } from './structures.ts';

/** Packs that hold a segmentation network. The tiny one knows nothing but the phantoms of the examples. */
const realPack = 'meshnet-18';
const phantomPack = 'tiny-segmenter';

/** T1w volume -> conformed volume, 18-class label map and a picture of both. */
export const segmentation: Analysis = {
  id: 'brain.segmentation',
  version: '1.2.0',
  title: 'Brain segmentation',
  makes: ['segmentation-18', 't1-conformed', 'snapshot', measures.volume.code],
  takes: [],
  knowledge: [],
  packs: [realPack, phantomPack],
  needsOneOf: ({ synthetic }) => (synthetic ? [realPack, phantomPack] : [realPack]),
  runtime: async () => (await onnxRuntime()).id,
  // Measured: 1.1 GB for a source of 17 million voxels and a box of 4.7 million; larger heads and sources take more.
  peakMemoryMb: () => 1500,
  method: 'brain-segmentation.md',
  select: selectT1,
  run: async ({ t1 = [] }, options, context) => {
    const id = t1[0]!;
    const source = context.dossier.sources.find((one) => one.id === id);
    const time = source?.acquiredAt;
    const refuse = (reason: Issue): void => {
      context.emit.issue(reason);
      context.emit.finding({
        measure: measures.volume,
        site: siteCode(wholeBrain),
        ...(time && { time }),
        value: { type: 'refused', reason: reason.code },
        issues: [reason],
        derivedFrom: [id],
      });
    };

    const pack = choosePack(context);
    if (!pack) {
      return refuse(
        issue('warning', 'pack-missing', `The brain was not segmented: the pack ${realPack} is not installed.`, {
          remedy: `idiograph packs add ${realPack} --from DIR`,
        }),
      );
    }
    const issues: Issue[] = [];
    if (source?.contrast !== 'T1w') {
      issues.push(
        issue(
          'warning',
          'contrast-unknown',
          'Nothing states that this volume is T1-weighted; it was segmented as if it were.',
          {
            ...(source && { place: source.path }),
            remedy: 'Name the file with the BIDS suffix _T1w or add a sidecar.',
          },
        ),
      );
    }
    const others = options['otherVolumesOfTheDay'];
    if (typeof others === 'number' && others > 0) {
      issues.push(
        issue('info', 'other-t1-volumes', `${others} further T1-weighted volumes of the same day were not segmented.`),
      );
    }
    const conformed = await readConformed(context, id, source?.path ?? id);
    if ('refused' in conformed) return refuse(conformed.refused);
    issues.push(...conformed.issues);
    const networks = await loadNetworks(pack).catch((error: unknown) => {
      if (isIdiographError(error, 'pack-invalid'))
        return issue('error', 'pack-invalid', `The brain was not segmented: ${error.message}.`, {
          remedy: `idiograph packs add ${pack.manifest.id} --from DIR`,
        });
      throw error;
    });
    if ('code' in networks) return refuse(networks);
    const segmented = await segment(conformed, networks, await onnxRuntime(), {
      signal: context.signal,
      progress: (fraction, doing) => context.progress(0.05 + 0.9 * fraction, doing),
    });
    if ('refused' in segmented) return refuse(segmented.refused);

    const { method, labels } = networks.segmentation;
    if (conformed.corrected !== undefined)
      issues.push(
        correctedCheck(conformed.data, segmented.labels, labels, {
          unevenness: conformed.corrected,
          place: source?.path ?? id,
        }),
      );
    const common = { ...(time && { time }), grid: conformed.grid, issues, derivedFrom: [id] };
    context.progress(0.96, 'writing');
    const t1Id = context.emit.artifact({
      ...common,
      type: 'image',
      role: 't1-conformed',
      title: 'T1w, conformed to 1 mm',
      mediaType: 'application/gzip',
      fileName: fileName('t1-conformed', time, 'nii.gz'),
      bytes: writeNiftiGz(conformed.grid, conformed.data, { datatype: 'uint8', description: 'T1w conformed' }),
    });
    const labelsId = context.emit.artifact({
      ...common,
      type: 'labelmap',
      role: 'segmentation-18',
      title: segmenterTitle(method),
      mediaType: 'application/gzip',
      fileName: fileName('segmentation-18', time, 'nii.gz'),
      labels: labels.map(({ value, name, color }) => ({ value, name, color })),
      derivedFrom: [id, t1Id],
      bytes: writeNiftiGz(conformed.grid, segmented.labels, { datatype: 'uint8', description: method }),
    });
    context.emit.artifact({
      ...(time && { time }),
      issues,
      type: 'picture',
      role: 'snapshot',
      title:
        "Axial, coronal, sagittal with the segmentation. Radiological convention: the patient's right is on the left",
      mediaType: 'image/png',
      fileName: fileName('segmentation', time, 'png'),
      derivedFrom: [t1Id, labelsId],
      bytes: snapshot(conformed, segmented, labels),
    });
  },
};

/** The tiny network for synthetic subjects, the real one for everybody else; never the tiny one on a real person. */
function choosePack(context: RunContext): ReturnType<RunContext['pack']> {
  // A composite may hold the head of a person beside what was made up.
  const { synthetic, composite } = context.dossier.subject;
  const tiny = synthetic && !composite ? context.pack(phantomPack) : undefined;
  return tiny ?? context.pack(realPack);
}

/** Reads and conforms a source. Apart from `run`, so that the source's own voxels are freed before the network runs. */
async function readConformed(context: RunContext, id: string, place: string): Promise<PreparedT1 | { refused: Issue }> {
  const image = await context.openImage(id);
  const unsuitable = unsuitableGrid(image.grid.shape, spacingMm(image.grid.affineRas), place);
  if (unsuitable) return { refused: unsuitable };
  context.progress(0, 'reading the volume');
  const voxels = await image.readVolume();
  context.progress(0.02, 'conforming');
  return prepareT1(voxels, image.grid, { keepIntensities: isByteImage(image.metadata), place });
}

/** The source's own numbers are bytes: FreeSurfer then scales nothing. */
function isByteImage(metadata: Readonly<Record<string, unknown>>): boolean {
  const { datatype, scl_slope: slope, scl_inter: intercept } = metadata;
  return (
    datatype === 2 &&
    (slope === 0 || slope === 1 || slope === undefined) &&
    (intercept === 0 || intercept === undefined)
  );
}

function fileName(stem: string, time: string | undefined, ending: string): string {
  return `${stem}${time ? `-${time.slice(0, 19).replaceAll(':', '')}` : ''}.${ending}`;
}

function snapshot(
  { grid, data }: { grid: Segmentation['grid']; data: Uint8Array },
  { labels, box }: Segmentation,
  names: readonly { color: string }[],
): Uint8Array {
  const middle = [0, 1, 2].map((axis) => (box.low[axis]! + box.high[axis]! - 1) / 2);
  const m = grid.affineRas;
  const centreRas = [0, 4, 8].map(
    (row) => m[row]! * middle[0]! + m[row + 1]! * middle[1]! + m[row + 2]! * middle[2]! + m[row + 3]!,
  ) as [number, number, number];
  const layers = {
    grid,
    image: data,
    window: [0, 220] as const,
    labels,
    colors: names.map(({ color }, value) => (value === 0 ? undefined : color)),
  };
  const views = (['axial', 'coronal', 'sagittal'] as const).map((plane) => ({
    plane,
    centreRas,
    heightMm: 224,
    width: 300,
    height: 320,
  }));
  return drawRow(layers, views);
}
