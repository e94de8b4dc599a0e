import type { Analysis, Dossier, Selected } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import type { FindingDraft } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { spacingMm } from '../voxels/affine.ts';
import { countLabels, millilitres } from '../voxels/regionStatistics.ts';
import { asymmetryIndex, countSides, meetingMm } from './asymmetry.ts';
import { brightenedCode } from './brightness.ts';
import { type Face, touchedFaces } from './coverage.ts';
import { closedBrainVoxels, closingMm } from './intracranial.ts';
import { findMidplane } from './midplane.ts';
import { checkOrientation } from './orientation.ts';
import { segmenterOf } from './segmenter.ts';
import { measures, type Structure, Structures, siteCode, structuresFile, wholeBrain } from './structures.ts';

/** Brains outside these limits in mL are not believed: a segmentation that failed is far likelier. */
const plausibleBrainMl = [600, 2200] as const;
/** More of a structure than this share beside the midplane, and its halves are the plane's doing. */
const largestShareAtPlane = 0.01;

/** Label map -> volumes, tissues, asymmetry, intracranial estimate, orientation and coverage. Never a thickness. */
export const morphometry: Analysis = {
  id: 'brain.morphometry',
  version: '1.1.0',
  title: 'Brain volumes',
  makes: Object.values(measures).map(({ code }) => code),
  takes: ['segmentation-18', 't1-conformed'],
  knowledge: [structuresFile],
  packs: [],
  peakMemoryMb: () => 700,
  method: 'brain-morphometry.md',
  select: selectLabelMaps,
  run: async (inputs, options, context) => {
    const [labelsId, t1Id, sourceId] = ['labels', 't1', 'source'].map((role) => inputs[role]?.[0]);
    const artifact = context.dossier.artifacts.find(({ id }) => id === labelsId);
    const source = context.dossier.sources.find(({ id }) => id === sourceId);
    if (!labelsId || !t1Id || !sourceId || !artifact?.labels) return;
    const { structures, tissues } = Structures.parse(context.knowledge(structuresFile));
    const names = artifact.labels;
    context.progress(0, 'reading the label map');
    const labelImage = await context.openImage(labelsId);
    const { grid } = labelImage;
    const labels = Uint8Array.from(await labelImage.readVolume());
    const image = Uint8Array.from(await (await context.openImage(t1Id)).readVolume());
    const sourceGrid = (await context.openImage(sourceId)).grid;

    const counts = countLabels(labels, names.length);
    const voxelMm3 = spacingMm(grid.affineRas).reduce((product, one) => product * one, 1);
    const ml = (voxels: number): number => millilitres(voxels, voxelMm3);
    const known = new Map(structures.map((structure) => [structure.label, structure]));
    const parts = names.flatMap(({ value, name }) =>
      value === 0 ? [] : [{ value, structure: known.get(name) ?? unknownStructure(name) }],
    );
    const sum = (passes: (structure: Structure) => boolean): number =>
      parts.reduce((total, { value, structure }) => total + (passes(structure) ? counts[value]! : 0), 0);
    const brainMl = ml(sum(({ tissue }) => tissue !== 'ventricles'));

    const orientation = checkOrientation(sourceGrid, source);
    const shared = [...artifact.issues, ...coverageIssues(touchedFaces(labels, grid, sourceGrid))];
    if (brainMl < plausibleBrainMl[0] || brainMl > plausibleBrainMl[1]) {
      shared.push(
        issue(
          'warning',
          'brain-volume-implausible',
          `${brainMl.toFixed(0)} mL of brain lie outside ${plausibleBrainMl.join(' to ')} mL: the segmentation has probably failed.`,
          {
            remedy: 'Look at the picture of the segmentation before using any of these volumes.',
          },
        ),
      );
    }
    // The lower parts of such a brain may be cut off: a volume would mislead.
    const brightened = artifact.issues.find(({ code }) => code === brightenedCode);
    const emit = (draft: Omit<FindingDraft, 'derivedFrom' | 'time' | 'methodNote'> & { methodNote?: string }): void =>
      context.emit.finding({
        ...draft,
        ...(artifact.time && { time: artifact.time }),
        methodNote: [options['segmenter'], draft.methodNote].filter(Boolean).join('; '),
        derivedFrom: [labelsId, t1Id, sourceId],
      });
    const volume = (
      measure: FindingDraft['measure'],
      site: { site: string; display: string },
      voxels: number,
    ): void => {
      if (brightened !== undefined) {
        const value = { type: 'refused' as const, reason: brightened.code };
        emit({ measure, site: siteCode(site), value, issues: shared });
        return;
      }
      if (voxels > 0) {
        const value = { type: 'quantity' as const, value: ml(voxels), unit: 'mL' };
        emit({ measure, site: siteCode(site), value, issues: [noNorm, ...shared] });
        return;
      }
      const reason = issue('warning', 'structure-not-found', `${site.display}: no voxel was labelled so.`);
      emit({
        measure,
        site: siteCode(site),
        value: { type: 'refused', reason: reason.code },
        issues: [reason, ...shared],
      });
    };

    for (const { value, structure } of parts) volume(measures.volume, structure, counts[value]!);
    volume(
      measures.volume,
      wholeBrain,
      sum(({ tissue }) => tissue !== 'ventricles'),
    );
    for (const tissue of tissues)
      volume(
        measures.tissue,
        tissue,
        sum((structure) => structure.tissue === tissue.site),
      );

    context.progress(0.3, 'intracranial estimate');
    if (brightened === undefined)
      emit({
        measure: measures.intracranial,
        value: {
          type: 'quantity',
          value: ml(closedBrainVoxels(labels, [grid.shape[0], grid.shape[1], grid.shape[2]])),
          unit: 'mL',
        },
        issues: [
          noNorm,
          ...shared,
          issue(
            'warning',
            'intracranial-estimate',
            `Brain and ventricles closed with a sphere of ${closingMm} mm; fluid under the skull is left out, so the true volume is larger.`,
          ),
        ],
        methodNote: `closing ${closingMm} mm`,
      });

    context.progress(0.7, 'midplane');
    emit({
      measure: measures.orientation,
      value: { type: 'code', code: orientation.code },
      issues: [...orientation.issues, ...shared.filter(({ code }) => code === 'brain-at-edge')],
      evidence: [{ of: sourceId, place: 'orientation', says: orientation.says }],
    });
    const plane = findMidplane(image, labels, grid);
    if (!plane || brightened !== undefined) return;
    const [sides, toLeft, toRight] = [0, -meetingMm, meetingMm].map((shift) =>
      countSides(labels, grid, plane, names.length, shift),
    );
    for (const { value, structure } of parts) {
      if (!structure.paired || counts[value] === 0) continue;
      const split = sides![value]!;
      const common = {
        measure: measures.asymmetry,
        site: siteCode(structure),
        methodNote: 'sides by the plane of best mirror symmetry',
      };
      if (split.near > largestShareAtPlane * counts[value]!) {
        const reason = issue(
          'info',
          'structure-meets-midline',
          `${structure.display}: the label covers both sides and meets the midline, so its halves cannot be told apart by a plane.`,
          { remedy: 'A segmentation with left and right labels gives it.' },
        );
        emit({ ...common, value: { type: 'refused', reason: reason.code }, issues: [reason] });
        continue;
      }
      const indices = [split, toLeft![value]!, toRight![value]!].map(asymmetryIndex);
      const [low, high] = [Math.min(...indices), Math.max(...indices)];
      emit({
        ...common,
        value: { type: 'quantity', value: indices[0]!, unit: '%' },
        // A structure far from the plane does not feel the shift; an interval of no width would look like certainty.
        ...(high > low && {
          uncertainty: {
            type: 'interval' as const,
            low,
            high,
            source: `plane shifted by ${meetingMm} mm to either side; no repeatability of the labels in it`,
          },
        }),
        issues: [
          noNorm,
          ...shared,
          ...orientation.issues,
          issue(
            'info',
            'sides-by-midplane',
            `The label covers both sides; left and right were told apart by the plane of best mirror symmetry (correlation ${plane.symmetry.toFixed(3)}).`,
          ),
        ],
      });
    }
    context.progress(1);
  },
};

const noNorm = issue(
  'info',
  'no-norm',
  'No reference: there is no reference population for this method, so there is no z-score and no centile.',
  {
    remedy: 'Compare only with scans of the same person or of local controls measured by the same method.',
  },
);

/** Each label map with the volume and the source that it was made from. */
function selectLabelMaps(dossier: Dossier): Selected {
  const selections = dossier.artifacts
    .filter(({ role, type }) => role === 'segmentation-18' && type === 'labelmap')
    .flatMap((labels) => {
      const t1 = dossier.artifacts.find((one) => one.role === 't1-conformed' && labels.derivedFrom.includes(one.id));
      const source = dossier.sources.find(({ id }) => labels.derivedFrom.includes(id));
      const segmenter = segmenterOf(labels.title);
      if (!t1 || !source || !segmenter) return [];
      return [
        {
          title: title(labels),
          inputs: { labels: [labels.id], t1: [t1.id], source: [source.id] },
          options: { segmenter },
        },
      ];
    });
  return { selections, missing: [] };
}

function title({ time, title: of }: Artifact): string {
  return `Volumes${time ? ` ${time.slice(0, 10)}` : ''}, ${of}`;
}

function coverageIssues(faces: { face: Face; voxels: number }[]): Issue[] {
  if (faces.length === 0) return [];
  const where = faces.map(({ face, voxels }) => `${face} (${voxels} voxels)`).join(', ');
  return [
    issue(
      'warning',
      'brain-at-edge',
      `The brain reaches the edge of the scanned field at the ${where}: part of it may be missing from the volumes.`,
      {
        remedy: 'Use a scan that covers the whole head.',
      },
    ),
  ];
}

function unknownStructure(label: string): Structure {
  const site =
    label
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'unnamed';
  return { label, site, display: label, tissue: 'mixed', paired: false };
}
