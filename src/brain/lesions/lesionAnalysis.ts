import type { Analysis, Dossier, Selected } from '../../dossier/analysis.ts';
import type { Issue } from '../../dossier/issue.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { structuresFile } from '../structures.ts';
import { flairVisits } from './chooseVisits.ts';
import { measures, noDiagnosis, noNorm, noRepeatability, roles, whiteMatter } from './measures.ts';
import { visitPicture } from './picture.ts';
import { readVisit } from './readVisit.ts';
import { settings } from './segmentFlair.ts';
import { studyVisit } from './studyVisit.ts';

/** FLAIR image (with T1 and segmentation, or a lesion mask, where there are any) -> lesion volume, count, masks, picture. */
export const lesionLoad: Analysis = {
  id: 'brain.lesions',
  version: '1.0.0',
  title: 'White-matter lesions',
  makes: [measures.volume.code, measures.count.code, roles.lesions, roles.tissue, 'snapshot'],
  takes: ['segmentation-18', 't1-conformed'],
  knowledge: [structuresFile],
  packs: [],
  method: 'brain-lesions.md',
  peakMemoryMb: () => 900,
  select: selectFlair,
  async run(inputs, options, context) {
    const source = context.dossier.sources.find(({ id }) => id === inputs['flair']?.[0]);
    if (!source) return;
    const time = typeof options['day'] === 'string' ? (source.acquiredAt ?? options['day']) : source.acquiredAt;
    const read = await readVisit(inputs, source, context);
    const used = Object.values(inputs).flat();
    const base = { site: whiteMatter, ...(time && { time }), derivedFrom: used };
    const study = studyVisit(read);
    if ('refused' in study) {
      context.emit.finding({
        ...{ ...base, measure: measures.volume, value: { type: 'refused', reason: study.refused.code } },
        issues: [study.refused, ...read.issues],
      });
      return;
    }
    const { model, lesions, by, check, brainMl } = study;
    const issues = [...read.issues, ...study.issues];
    const says = by === 'given' ? "the site's own mask" : `own segmentation, tissue classes by ${model?.classesBy}`;
    const { grid } = read.flair;
    const whole = { ...grid, shape: [grid.shape[0], grid.shape[1], grid.shape[2], 1] as typeof grid.shape };
    const stamp = `${time ? `-${time.slice(0, 10)}` : ''}-${source.id.slice(-6)}`;
    const common = {
      ...(time && { time }),
      ...{ grid: whole, issues: issues.filter(({ severity }) => severity !== 'info'), derivedFrom: used },
      ...{ type: 'labelmap' as const, mediaType: 'application/gzip' },
    };
    const lesionsId = context.emit.artifact({
      ...common,
      ...{ role: roles.lesions, title: `White-matter lesions, ${says}`, fileName: `lesion-mask${stamp}.nii.gz` },
      labels: [{ value: 1, name: 'lesion', color: '#d1495b' }],
      bytes: writeNiftiGz(whole, lesions.mask, { datatype: 'uint8', description: 'lesions' }),
    });
    const tissueId =
      model &&
      context.emit.artifact({
        ...common,
        ...{ role: roles.tissue, title: 'Tissue round the lesions', fileName: `flair-tissue${stamp}.nii.gz` },
        labels: [
          { value: 1, name: 'fluid', color: '#3b9dd6' },
          { value: 2, name: 'gray matter', color: '#8a8f98' },
          { value: 3, name: 'white matter', color: '#e6e0c8' },
        ],
        bytes: writeNiftiGz(whole, model.classes, { datatype: 'uint8', description: 'tissue' }),
      });
    const shared = [noNorm, noRepeatability, noDiagnosis, ...issues];
    const dropped = Object.entries(lesions.dropped).flatMap(([why, n]) => (n > 0 ? [`${n} ${droppedWords[why]}`] : []));
    const evidence = [
      { of: source.id, place: 'method', says },
      ...(dropped.length > 0 ? [{ of: source.id, place: 'bright, no lesions', says: dropped.join(', ') }] : []),
      ...(check
        ? [
            {
              of: source.id,
              place: 'own segmentation beside',
              says: `${check.volumeMl.toFixed(2)} mL, Dice with the mask ${check.dice.toFixed(2)}`,
            },
          ]
        : []),
      ...(brainMl ? [{ of: source.id, place: 'searched', says: `${brainMl.toFixed(0)} mL inside the skull` }] : []),
    ];
    const derivedFrom = [...used, lesionsId, ...(tissueId ? [tissueId] : [])];
    context.emit.finding({
      ...{ ...base, derivedFrom, measure: measures.volume, evidence, issues: shared, methodNote: says },
      value: { type: 'quantity', value: lesions.volumeMl, unit: 'mL' },
      uncertainty: {
        ...{ type: 'interval', low: lesions.lowMl, high: lesions.highMl },
        source:
          by === 'given'
            ? 'half a voxel at the edge of the mask'
            : `edge of the lesions moved by ${settings.edgeShift} SD of normal tissue to either side`,
      },
    });
    context.emit.finding({
      ...{
        ...base,
        derivedFrom,
        measure: measures.count,
        issues: [noNorm, noRepeatability, ...issues],
        methodNote: says,
      },
      value: { type: 'quantity', value: lesions.lesions.length, unit: '{lesions}' },
    });
    context.progress(0.95, 'drawing');
    context.emit.artifact({
      ...(time && { time }),
      ...{ type: 'picture', role: 'snapshot', mediaType: 'image/png', issues: [], fileName: `lesions${stamp}.png` },
      title: `White-matter lesions on FLAIR (${says}): axial planes, the patient's right on the left`,
      derivedFrom: [source.id, lesionsId],
      bytes: visitPicture(study, read.flair),
    });
  },
};

const droppedWords: Readonly<Record<string, string>> = {
  small: 'too small',
  fluid: 'within fluid',
  gray: 'in gray matter',
};

function selectFlair(dossier: Dossier): Selected {
  const selections = flairVisits(dossier).map(({ flair, day, t1, labels, conformed, masks, regions }) => ({
    title: `FLAIR${day ? ` ${day}` : ''}, ${flair.description ?? flair.path}`,
    inputs: {
      flair: [flair.id],
      ...(t1 && { t1: [t1.id] }),
      ...(labels && conformed && { labels: [labels.id], conformed: [conformed.id] }),
      ...(masks.length > 0 && { masks: masks.map(({ id }) => id) }),
      ...(masks.length === 0 && regions.length > 0 && { regions: regions.map(({ id }) => id) }),
    } as Record<string, string[]>,
    ...(day && { options: { day } }),
  }));
  return { selections, missing: [] as Issue[] };
}
