import type { Dossier, Selected, Selection } from '../../dossier/analysis.ts';
import { issue } from '../../dossier/issue.ts';
import type { Region } from '../../dossier/region.ts';
import type { Source } from '../../dossier/source.ts';
import { acquisitionOf } from './acquisition.ts';

/** Shape of a source as its header states it. */
export function shapeOf({ metadata }: Source): [number, number, number, number] {
  const layout = metadata['layout'] as { shape?: number[] } | undefined;
  const dim = (metadata['dim'] as number[] | undefined)?.slice(1, 5);
  const shape = layout?.shape ?? dim ?? [];
  return [0, 1, 2, 3].map((axis) => Math.max(1, Number(shape[axis] ?? 1))) as [number, number, number, number];
}

function isSeries({ format, modality }: Source): boolean {
  return (format === 'dicom-series' || format === 'nifti') && modality === 'MR';
}

function wordsOf({ description, path, format }: Source): string {
  return `${description ?? ''} ${format === 'nifti' ? (path.split('/').at(-1) ?? '') : ''}`.toLowerCase();
}

/** Time points that are no course of time. */
const otherAxes = /diffusion|FlipAngle|InversionTime|PhaseNumber|Echo/;
const otherContrasts = new Set([
  'asl',
  'dwi',
  'bold',
  'phase',
  'fieldmap',
  'labels',
  'localizer',
  'perfusion-derived',
  'adc',
  'fa',
  'trace',
]);

/** T1-weighted gradient echo repeated at least three times: short echo, short repetition. */
export function isDce(source: Source): boolean {
  if (!isSeries(source) || shapeOf(source)[3] < 3 || otherContrasts.has(source.contrast ?? '')) return false;
  if (otherAxes.test(String(source.metadata['timeAxis'] ?? '')) || source.metadata['bval'] !== undefined) return false;
  const { echoTime, repetitionTime } = acquisitionOf(source.metadata);
  if (echoTime !== undefined && repetitionTime !== undefined) return echoTime < 0.01 && repetitionTime < 0.1;
  return /\bdce\b|_dce|dce_|dynamic.*t1|t1.*dyn/.test(wordsOf(source));
}

/** Gradient-echo planar with a first pass: many time points and contrast agent, or a name that says so. */
export function isDsc(source: Source): boolean {
  if (!isSeries(source) || shapeOf(source)[3] < 20 || source.contrast === 'asl' || source.contrast === 'dwi')
    return false;
  const { echoTime } = acquisitionOf(source.metadata);
  if (echoTime !== undefined && (echoTime < 0.012 || echoTime > 0.1)) return false;
  const agent = String(source.metadata['ContrastBolusAgent'] ?? '');
  const isNamed = /\bdsc\b|_dsc|dsc_|perf|\bpwi\b|_pwi/.test(wordsOf(source));
  return isNamed || (agent !== '' && !/^(none|no)$/i.test(agent) && source.contrast === 'bold');
}

export function isAsl(source: Source): boolean {
  return isSeries(source) && source.contrast === 'asl' && shapeOf(source)[3] >= 2;
}

function titleOf(source: Source): string {
  return [source.description ?? source.contrast, source.acquiredAt?.slice(0, 10)].filter(Boolean).join(', ');
}

function frameOf({ metadata }: Source): string | undefined {
  const uid = metadata['FrameOfReferenceUID'];
  return typeof uid === 'string' ? uid : undefined;
}

/** Regions drawn on the series, or in its frame of reference. */
function regionsOn(source: Source, dossier: Dossier): Region[] {
  const uid = source.metadata['SeriesInstanceUID'] ?? source.locator['series'];
  const drawnOn = dossier.regions.filter(
    ({ referencedSeries }) => referencedSeries !== undefined && referencedSeries === uid,
  );
  if (drawnOn.length > 0) return drawnOn;
  const frame = frameOf(source);
  return frame === undefined ? [] : dossier.regions.filter(({ frameOfReference }) => frameOfReference === frame);
}

function select(dossier: Dossier, isOf: (source: Source) => boolean): Selection[] {
  return dossier.sources.filter(isOf).map((source) => {
    const regions = regionsOn(source, dossier).map(({ id }) => id);
    return { title: titleOf(source), inputs: { image: [source.id], ...(regions.length > 0 && { regions }) } };
  });
}

export const chooseDsc = (dossier: Dossier): Selected => ({ selections: select(dossier, isDsc), missing: [] });
export const chooseAsl = (dossier: Dossier): Selected => ({ selections: select(dossier, isAsl), missing: [] });

/**
 * Dynamic series with the images of other flip angles that give their T1: of the same frame of reference, voxels and
 * repetition time. Without them rates cannot be had, which is said as absent data.
 */
export function chooseDce(dossier: Dossier): Selected {
  const selections = select(dossier, isDce);
  let lacksT1 = false;
  for (const selection of selections) {
    const source = dossier.sources.find(({ id }) => id === selection.inputs['image']![0])!;
    const angles = flipAngleImages(source, dossier);
    if (angles.length > 0) selection.inputs['angles'] = angles.map(({ id }) => id);
    else if (shapeOf(source)[3] >= 8) lacksT1 = true;
  }
  const missing = lacksT1
    ? [
        issue(
          'info',
          'no-t1-map',
          'A dynamic contrast-enhanced series has no images of other flip angles: Ktrans is not possible.',
          {
            remedy: 'Add the T1 mapping series (variable flip angles) of the examination.',
          },
        ),
      ]
    : [];
  return { selections, missing };
}

function flipAngleImages(of: Source, dossier: Dossier): Source[] {
  const shape = shapeOf(of);
  const frame = frameOf(of);
  const candidates = dossier.sources.filter((source) => {
    if (!isSeries(source) || source.id === of.id || isDce(source)) return false;
    if (frame === undefined || frameOf(source) !== frame) return false;
    const own = shapeOf(source);
    if (own[0] !== shape[0] || own[1] !== shape[1] || own[2] !== shape[2]) return false;
    const { flipAngle, echoTime, repetitionTime } = acquisitionOf(source.metadata);
    return flipAngle !== undefined && (echoTime ?? 1) < 0.01 && (repetitionTime ?? 1) < 0.05;
  });
  const varying = candidates.filter(({ metadata }) => /FlipAngle/.test(String(metadata['timeAxis'] ?? '')));
  if (varying.length > 0) return varying.slice(0, 1);
  // One image an angle; of several with one angle the first.
  const byAngle = new Map<number, Source>();
  for (const source of candidates.filter((one) => shapeOf(one)[3] === 1)) {
    const { flipAngle, repetitionTime } = acquisitionOf(source.metadata);
    const first = [...byAngle.values()][0];
    const isLike = first === undefined || acquisitionOf(first.metadata).repetitionTime === repetitionTime;
    if (isLike && !byAngle.has(flipAngle!)) byAngle.set(flipAngle!, source);
  }
  return byAngle.size >= 2 ? [...byAngle.values()] : [];
}
