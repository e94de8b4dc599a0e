import type { Analysis, Dossier, Selected } from '../dossier/analysis.ts';
import { measure } from '../dossier/code.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { orientationCode, spacingMm } from '../voxels/affine.ts';
import { biasField } from './biasField.ts';
import { marginsMm, withinBrain } from './margins.ts';
import { type ImageNoise, imageNoise, withoutRicianBias } from './noise.ts';
import { segmenterOf } from './segmenter.ts';
import { Structures, siteCode, structuresFile } from './structures.ts';

export const qualityMeasures = {
  noise: measure('image-noise', 'Noise by white matter'),
  signal: measure('image-signal-to-noise', 'Signal to noise'),
  contrast: measure('image-contrast-to-noise', 'Contrast of grey and white matter to noise'),
  ghosting: measure('image-ghosting', 'Ghost by signal of the head'),
  artefacts: measure('image-air-artefacts', 'Air brighter than noise'),
  margin: measure('brain-margin', 'Least distance from the brain to the border of the scan'),
  unevenness: measure('image-unevenness', 'Unevenness of brightness in the brain'),
};

/** Air of one channel has a ratio of mean and SD of 1.91; arrays of coils reach some 8. Outside it is no noise. */
const airRatioLimits = [1.5, 8] as const;
const mostEmpty = 0.3;
/** Action limit of the American College of Radiology for its phantom: a head has none. */
const phantomGhost = 0.025;

const directions = ['left-right', 'front-back', 'head-foot'] as const;

/** The T1 itself, before anything was resampled -> noise, ghosts, coverage and unevenness, each with what it can be held against. */
export const imageQuality: Analysis = {
  id: 'brain.image-quality',
  version: '1.0.0',
  title: 'Quality of the T1',
  makes: Object.values(qualityMeasures).map(({ code }) => code),
  takes: ['segmentation-18'],
  knowledge: [structuresFile],
  packs: [],
  peakMemoryMb: () => 700,
  method: 'brain-image-quality.md',
  select,
  async run(inputs, options, context) {
    const [labelsId, sourceId] = [inputs['labels']![0]!, inputs['source']![0]!];
    const artifact = context.dossier.artifacts.find(({ id }) => id === labelsId)!;
    const { structures } = Structures.parse(context.knowledge(structuresFile));
    context.progress(0, 'reading the volume');
    const labelled = await context.openImage(labelsId);
    const labels = { grid: labelled.grid, values: Uint8Array.from(await labelled.readVolume()) };
    const image = await context.openImage(sourceId);
    const [ni, nj, nk] = image.grid.shape;
    const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: image.grid.affineRas };
    const values = (await image.readVolume(0)).map((value) => (Number.isFinite(value) ? value : 0));
    const names = new Map(artifact.labels?.map(({ value, name }) => [value, name]));
    const tissues = new Map(
      structures.map(
        ({ label }) =>
          [
            label,
            label === 'Cerebral-White-Matter' ? 'white' : label === 'Cerebral-Cortex' ? 'grey' : undefined,
          ] as const,
      ),
    );
    const emit = (draft: Omit<FindingDraft, 'derivedFrom'>): void =>
      context.emit.finding({
        ...draft,
        ...(artifact.time && { time: artifact.time }),
        methodNote: [options['segmenter'], draft.methodNote].filter(Boolean).join('; '),
        derivedFrom: [labelsId, sourceId],
      });

    context.progress(0.2, 'noise and ghosts');
    const noise = imageNoise({ grid, values }, labels, (label) => tissues.get(names.get(label) ?? ''));
    for (const draft of noiseFindings(noise, grid.affineRas)) emit(draft);

    context.progress(0.6, 'coverage');
    const margins = marginsMm(labels, grid);
    const least = margins.reduce((most, one) => (one.mm < most.mm ? one : most));
    const voxel = Math.max(...spacingMm(grid.affineRas));
    emit({
      measure: qualityMeasures.margin,
      value: quantity(least.mm, 'mm'),
      methodNote: margins.map(({ face, mm }) => `${face} ${mm.toFixed(0)}`).join(', '),
      issues: [
        issue(
          'info',
          'no-norm',
          'What is asked is that the whole brain was scanned: a distance of more than one voxel.',
        ),
        ...(least.mm <= voxel
          ? [
              issue(
                'warning',
                'brain-at-edge',
                `The brain reaches the edge of the scanned field at the ${least.face}.`,
                {
                  remedy: 'Use a scan that covers the whole head.',
                },
              ),
            ]
          : []),
      ],
    });

    context.progress(0.7, 'unevenness');
    emit({ measure: qualityMeasures.unevenness, ...unevennessOf(values, grid, labels) });
    context.progress(1);
  },
};

function quantity(value: number, unit: string): FindingDraft['value'] {
  return { type: 'quantity', value: Number(value.toPrecision(4)), unit };
}

const noNorm = issue(
  'info',
  'no-norm',
  'No norm and no repeatability of this number is known for this scanner: compare with other scans of the same protocol.',
);

type Draft = Omit<FindingDraft, 'derivedFrom'>;

/** What noise and ghosts say, or why they say nothing. */
export function noiseFindings(noise: ImageNoise | undefined, affineRas: number[]): Draft[] {
  const sites = {
    white: siteCode({ site: 'white-matter', display: 'White matter' }),
    grey: siteCode({ site: 'gray-matter', display: 'Grey matter' }),
  };
  const unusable = noiseTrouble(noise);
  if (unusable || !noise) {
    const value = { type: 'refused' as const, reason: unusable!.code };
    return [qualityMeasures.noise, qualityMeasures.contrast, qualityMeasures.artefacts].map((one) => ({
      ...{ measure: one, value, issues: [unusable!] },
    }));
  }
  const { sigma, white, grey } = noise;
  const air = `air: mean by SD ${noise.airRatio.toFixed(2)} (one channel 1.91)`;
  const several =
    noise.airRatio > 2.3
      ? [
          issue(
            'info',
            'noise-of-several-channels',
            `The air is that of several channels (mean by SD ${noise.airRatio.toFixed(1)}, of one 1.91): its noise says little of the noise in the brain.`,
          ),
        ]
      : [];
  const issues = [noNorm, ...several];
  const drafts: Draft[] = [];
  for (const [name, tissue] of [
    ['white', white],
    ['grey', grey],
  ] as const)
    if (tissue.voxels >= 100)
      drafts.push({
        ...{ measure: qualityMeasures.signal, site: sites[name], issues, methodNote: air },
        value: quantity(withoutRicianBias(tissue.mean, sigma) / sigma, '1'),
      });
  if (white.voxels >= 100)
    drafts.push({
      ...{ measure: qualityMeasures.noise, issues, methodNote: air },
      value: quantity((100 * sigma) / withoutRicianBias(white.mean, sigma), '%'),
    });
  if (white.voxels >= 100 && grey.voxels >= 100)
    drafts.push({
      ...{ measure: qualityMeasures.contrast, issues },
      methodNote: 'difference of the means by the root of the summed variances of white, grey and air (Magnotta 2006)',
      value: quantity(Math.abs(white.mean - grey.mean) / Math.hypot(sigma, white.sd, grey.sd), '1'),
    });
  const axes = [...orientationCode(affineRas)];
  for (const [axis, ghost] of noise.ghosts.entries()) {
    if (!Number.isFinite(ghost)) continue;
    const direction = directions[['LR', 'AP', 'IS'].findIndex((pair) => pair.includes(axes[axis]!))]!;
    drafts.push({
      measure: qualityMeasures.ghosting,
      site: siteCode({ site: direction, display: direction }),
      value: quantity(100 * ghost, '%'),
      issues: [
        issue(
          'info',
          'no-norm',
          `No norm is known for heads. For its phantom the American College of Radiology acts above ${100 * phantomGhost} %.`,
        ),
        ...(ghost > phantomGhost
          ? [
              issue(
                'warning',
                'ghosting',
                `Air beside the head (${direction}) holds ${(100 * ghost).toFixed(1)} % of the signal of the head more than the corners: motion, flow or a fault of the scanner.`,
                { remedy: 'Look for repeated outlines in the image; where they cross the brain, scan again.' },
              ),
            ]
          : []),
      ],
    });
  }
  drafts.push({
    ...{ measure: qualityMeasures.artefacts, value: quantity(100 * noise.artefacts, '%') },
    ...{ issues: [noNorm, ...several], methodNote: 'above the level that noise exceeds once in a thousand voxels' },
  });
  return drafts;
}

function noiseTrouble(noise: ImageNoise | undefined): Issue | undefined {
  if (!noise)
    return issue('info', 'no-air', 'There is too little air round the head to measure noise in.', {
      remedy: 'Use the image as the scanner made it.',
    });
  const share = Math.round(100 * noise.emptyShare);
  const isNoise = noise.airRatio >= airRatioLimits[0] && noise.airRatio <= airRatioLimits[1];
  if (isNoise && noise.emptyShare <= mostEmpty && noise.sigma > 0) return undefined;
  return issue(
    'info',
    'background-not-noise',
    noise.emptyShare > mostEmpty || !(noise.sigma > 0)
      ? `The air was emptied (${share} % of it is as dark as can be): noise and ghosts cannot be measured.`
      : `The air is no noise of a receiver (mean by SD ${noise.airRatio.toFixed(2)}): noise and ghosts cannot be measured.`,
    { remedy: 'Use the image as the scanner made it, neither filtered nor cut out.' },
  );
}

/** 95 % quantile of the field by its 5 % quantile over the voxels of the brain, on the coarse grid. */
function unevennessOf(
  values: Float32Array,
  grid: { shape: [number, number, number, number]; affineRas: number[] },
  labels: Parameters<typeof marginsMm>[0],
): Pick<FindingDraft, 'value' | 'issues' | 'methodNote'> {
  const field = biasField({ grid, values });
  const inside = field ? withinBrain(labels, field.grid, field.log) : [];
  if (inside.length < 100) {
    const reason = issue('info', 'no-field', 'No field could be learnt from this image.');
    return { value: { type: 'refused', reason: reason.code }, issues: [reason] };
  }
  const sorted = Float64Array.from(inside).sort();
  const at = (fraction: number): number => sorted[Math.floor(fraction * (sorted.length - 1))]!;
  return {
    value: quantity(Math.exp(at(0.95) - at(0.05)), '1'),
    issues: [noNorm],
    methodNote: '95 % quantile of the field by its 5 % quantile (N4, splines to 25 mm)',
  };
}

/** Each label map with the source that it was made from. */
function select(dossier: Dossier): Selected {
  const selections = dossier.artifacts
    .filter(({ role, type }) => role === 'segmentation-18' && type === 'labelmap')
    .flatMap((labels) => {
      const source = dossier.sources.find(({ id }) => labels.derivedFrom.includes(id));
      const segmenter = segmenterOf(labels.title);
      if (!source || !segmenter) return [];
      const day = labels.time ? ` ${labels.time.slice(0, 10)}` : '';
      return [
        {
          title: `Quality of the T1${day}`,
          inputs: { labels: [labels.id], source: [source.id] },
          options: { segmenter },
        },
      ];
    });
  return { selections, missing: [] };
}
