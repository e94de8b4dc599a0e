import type { Analysis } from '../../dossier/analysis.ts';
import { measure } from '../../dossier/code.ts';
import { issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { obliquenessDeg, orientationCode, spacingMm } from '../../voxels/affine.ts';
import { centralPlanes } from './planes.ts';

const modalities = new Set(['MR', 'CT', 'PT', 'NM', 'CR', 'DX', 'MG', 'XA', 'US']);
const geometry = measure('image-geometry', 'Image geometry');
/** The usual soft-tissue window; other modalities have no unit that would fix one. */
const softTissueHu = [-160, 240] as const;

/** Every image of the dossier, looked at once: what its voxels are and one picture, whatever else can be done with it. */
export const overview: Analysis = {
  id: 'imaging.overview',
  version: '1.1.0',
  title: 'Image overview',
  makes: ['image-geometry', 'overview'],
  takes: [],
  knowledge: [],
  packs: [],
  method: 'image-overview.md',
  peakMemoryMb: (selection, dossier) => {
    const source = dossier.sources.find((one) => one.id === selection.inputs.image?.[0]);
    const shape = (source?.metadata.shape as number[] | undefined) ?? [512, 512, 400];
    return Math.ceil((shape.slice(0, 3).reduce((product, n) => product * n, 1) * 6) / 2 ** 20) + 40;
  },
  select(dossier) {
    const images = dossier.sources.filter(
      (source) => (source.format === 'dicom-series' || source.format === 'nifti') && modalities.has(source.modality),
    );
    return {
      selections: images.map((source) => ({ title: nameOf(source), inputs: { image: [source.id] } })),
      missing: [],
    };
  },
  async run({ image: [id] }, _options, context) {
    const source = context.dossier.sources.find((one) => one.id === id)!;
    const image = await context.openImage(id!);
    const { shape, affineRas } = image.grid;
    const spacing = spacingMm(affineRas).map((mm) => Number(mm.toPrecision(3)));
    const tilt = obliquenessDeg(affineRas);
    const display = `${shape[0]} x ${shape[1]} x ${shape[2]}${shape[3] > 1 ? ` x ${shape[3]}` : ''} voxels of ${spacing.join(' x ')} mm, ${orientationCode(affineRas)}${tilt > 1 ? `, ${Math.round(tilt)} degrees oblique` : ''}`;
    context.emit.finding({
      measure: geometry,
      site: { system: 'source', code: source.id, display: nameOf(source) },
      ...(source.acquiredAt && { time: source.acquiredAt }),
      value: { type: 'code', code: { system: 'idiograph', code: 'geometry', display } },
      issues: source.issues,
      derivedFrom: [id!],
    });
    context.progress(0.2, 'drawing');
    const bytes = await centralPlanes(image, source.modality === 'CT' ? softTissueHu : undefined).catch(
      (error: Error) => {
        context.emit.issue(
          issue('warning', 'image-not-drawn', `${nameOf(source)} could not be drawn: ${error.message}`, {
            place: source.path,
            remedy: 'The header was read; the pixels may use a compression that is not supported, or be damaged.',
          }),
        );
        return undefined;
      },
    );
    if (bytes === undefined) return;
    context.emit.artifact({
      type: 'picture',
      role: 'overview',
      title:
        shape[2] > 1
          ? `${nameOf(source)}: axial, coronal and sagittal plane through the middle, the patient's right on the left`
          : `${nameOf(source)}, as stored`,
      ...(source.acquiredAt && { time: source.acquiredAt }),
      mediaType: 'image/png',
      fileName: `overview-${source.id.slice(-8)}.png`,
      bytes,
      issues: [],
      derivedFrom: [id!],
    });
  },
};

function nameOf(source: Source): string {
  const contrast = source.contrast && source.contrast !== 'unknown' ? ` ${source.contrast}` : '';
  return [`${source.modality}${contrast}`, source.acquiredAt?.slice(0, 10), source.description]
    .filter(Boolean)
    .join(', ');
}

export const analyses: readonly Analysis[] = [overview];
