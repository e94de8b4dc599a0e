import type { Analysis, Dossier, Selected } from '../../dossier/analysis.ts';
import { issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { missingSlices, withoutMissing } from '../../voxels/missingSlices.ts';
import type { Nuclide } from './nuclides.ts';
import { petHeader } from './petHeader.ts';
import { petSeries } from './petSeries.ts';
import { suvBodyWeightScale } from './suv.ts';

const nuclideFile = 'imaging/nuclides.json';
/** Larger maps would not fit into the memory of a usual workstation twice: total-body PET at 1 mm. */
const mostVoxels = 2 ** 28;

function voxelsOf({ metadata }: Source): number {
  const shape = (metadata['layout'] as { shape?: number[] } | undefined)?.shape ?? [];
  return shape.length < 3 ? 0 : shape[0]! * shape[1]! * shape[2]!;
}

function choose({ sources }: Dossier): Selected {
  const selections = sources
    .filter(({ format, modality, metadata }) => {
      if (format !== 'dicom-series' || modality !== 'PT') return false;
      const shape = (metadata['layout'] as { shape?: number[] } | undefined)?.shape;
      return (shape?.[3] ?? 1) === 1;
    })
    .map((source) => ({
      title: [source.description ?? 'PET', source.acquiredAt?.slice(0, 10)].filter(Boolean).join(', '),
      inputs: { image: [source.id] },
    }));
  return { selections, missing: [] };
}

/**
 * Each static PET series as a map of SUVbw on its own grid, with every slice brought to one time of decay. It needs no region;
 * why a series has no SUV is told by the uptake in regions and here.
 */
export const petSuvMap: Analysis = {
  id: 'imaging.pet.suv-map',
  version: '1.0.0',
  title: 'SUV map',
  makes: ['suv-map'],
  takes: [],
  knowledge: [nuclideFile],
  packs: [],
  method: 'pet-uptake.md',
  peakMemoryMb: ({ inputs }, { sources }) => {
    const source = sources.find(({ id }) => id === inputs['image']?.[0]);
    // Values in float32, the file plain and packed.
    return 48 + Math.ceil(((source ? voxelsOf(source) : 0) * 4 * 3) / 2 ** 20);
  },
  select: choose,
  async run(inputs, _options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs['image']?.[0])!;
    const { nuclides } = context.knowledge<{ nuclides: Nuclide[] }>(nuclideFile);
    const place = source.path;
    // The header first: without a scale no pixel need be read.
    const known = suvBodyWeightScale(petHeader(source.metadata), nuclides);
    if ('refused' in known) return context.emit.issue({ ...known.refused, severity: 'warning', place });
    if (voxelsOf(source) > mostVoxels)
      return context.emit.issue(
        issue('warning', 'suv-map-too-large', `A map of ${voxelsOf(source)} voxels is not written.`, { place }),
      );
    const missing = missingSlices(source.metadata);
    const opened = withoutMissing(await context.openImage(source.id), missing);
    const { image, scale } = petSeries(opened, { ...source.metadata, ...opened.metadata }, nuclides);
    if ('refused' in scale) return context.emit.issue({ ...scale.refused, severity: 'warning', place });
    const [ni, nj, nk] = image.grid.shape;
    const map = new Float32Array(ni * nj * nk);
    for (let k = 0; k < nk; k++) {
      if (context.signal.aborted) return;
      const slice = await image.readSlab(k, k + 1);
      for (let at = 0; at < ni * nj; at++) map[k * ni * nj + at] = slice[at]! * scale.factor;
      if (k % 16 === 0) context.progress((0.8 * k) / nk, 'slices');
    }
    const { repetitionTimeS: _, ...grid } = image.grid;
    const time = source.acquiredAt;
    context.emit.artifact({
      ...{ type: 'image', role: 'suv-map', title: 'SUV by body weight', grid, mediaType: 'application/gzip' },
      ...(time && { time }),
      fileName: `suv${time ? `-${time.slice(0, 19).replaceAll(':', '')}` : ''}-${source.id.slice(-6)}.nii.gz`,
      issues: [...source.issues.filter(({ severity }) => severity !== 'info'), ...scale.issues],
      derivedFrom: [source.id],
      bytes: writeNiftiGz(grid, map, { datatype: 'float32', description: `SUVbw [g/mL]; ${scale.how}`.slice(0, 78) }),
    });
    context.progress(1);
  },
};
