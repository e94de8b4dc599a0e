import type { Analysis, Dossier, Selected } from '../dossier/analysis.ts';
import type { FindingDraft, Value } from '../dossier/finding.ts';
import { type Issue, issue } from '../dossier/issue.ts';
import { writeNiftiGz } from '../intake/nifti/write.ts';
import { apply, invert, orientationCode } from '../voxels/affine.ts';
import { drawRow } from '../voxels/picture.ts';
import { mappedPlaces } from '../voxels/registration/warp.ts';
import { resample } from '../voxels/resample.ts';
import { registerT1, type T1Registration, type Tissue } from './registerT1.ts';
import { registrationMeasures as measures, placesRole } from './registrationMeasures.ts';
import { leaning } from './sides.ts';
import { Structures, siteCode, structuresFile } from './structures.ts';
import { asymmetricPack, readAsymmetric, readTemplate, templatePack } from './templates.ts';

/** Below the first nothing is read off the template; below the second it is doubtful. */
const leastNcc = 0.6;
const doubtfulNcc = 0.75;
/** A head turned by quarter turns fits better by more than this in normalised mutual information. */
export const turnMargin = 0.01;
/** Leaning below this, either way, decides nothing. */
export const decisiveLeaning = 0.1;

/** Grid on which the places are written: MNI152, 4 mm, from the ears to the vertex. */
const placesGrid = {
  shape: [46, 56, 48, 1] as [number, number, number, number],
  affineRas: [4, 0, 0, -90, 0, 4, 0, -130, 0, 0, 4, -76, 0, 0, 0, 1],
};

/** T1 and its labels -> where the brain lies in MNI152, with what tells how well, and whether sides and orientation hold. */
export const registration: Analysis = {
  id: 'brain.registration',
  version: '1.0.1',
  title: 'Registration to the MNI152 template',
  makes: [...Object.values(measures).map(({ code }) => code), placesRole, 'snapshot'],
  takes: ['segmentation-18', 't1-conformed'],
  knowledge: [structuresFile],
  packs: [templatePack, asymmetricPack],
  needsOneOf: () => [templatePack],
  peakMemoryMb: () => 900,
  method: 'brain-registration.md',
  select,
  async run(inputs, _options, context) {
    const [labelsId, t1Id] = [inputs['labels']![0]!, inputs['t1']![0]!];
    const artifact = context.dossier.artifacts.find(({ id }) => id === labelsId)!;
    const time = artifact.time;
    const emit = (draft: Omit<FindingDraft, 'derivedFrom'>): void =>
      context.emit.finding({ ...draft, ...(time && { time }), derivedFrom: [labelsId, t1Id] });
    const pack = context.pack(templatePack);
    if (!pack) {
      const reason = issue(
        'info',
        'pack-missing',
        `The brain was not laid on a template: the pack ${templatePack} is not installed.`,
        {
          remedy: `idiograph packs add ${templatePack} --from DIR`,
        },
      );
      emit({ measure: measures.correlation, value: { type: 'refused', reason: reason.code }, issues: [reason] });
      return;
    }
    const image = await context.openImage(t1Id);
    const t1 = { grid: image.grid, values: await image.readVolume() };
    const labelled = await context.openImage(labelsId);
    const labels = { grid: labelled.grid, values: Uint8Array.from(await labelled.readVolume()) };
    const template = await readTemplate(pack);
    const tissues = tissuesOf(artifact.labels ?? [], Structures.parse(context.knowledge(structuresFile)));
    const found = registerT1(t1, labels, tissues, template, context.progress);
    const issues = verdict(found);
    emit({
      measure: measures.orientation,
      value: orientationValue(found),
      issues: issues.filter(({ code }) => code === 'orientation-wrong'),
      methodNote: `mutual information as stated ${found.turned.stated.toFixed(3)}, best of 23 quarter turns ${found.turned.other.toFixed(3)}`,
    });
    const failed = issues.find(({ severity }) => severity === 'error');
    if (failed) {
      emit({ measure: measures.correlation, value: { type: 'refused', reason: failed.code }, issues });
      return;
    }
    const number = (value: number): Value => ({ type: 'quantity', value: Math.round(value * 1000) / 1000, unit: '1' });
    emit({
      measure: measures.correlation,
      value: number(found.ncc.warped),
      issues,
      methodNote: `affine alone ${found.ncc.affine.toFixed(3)}; head ${found.volumeRatio.toFixed(2)} times the template`,
    });
    for (const [site, display] of [
      ['gray-matter', 'Grey matter with nuclei'],
      ['white-matter', 'White matter'],
    ] as const)
      emit({
        measure: measures.overlap,
        site: siteCode({ site, display }),
        value: number(found.dice[site].warped),
        issues: [],
        methodNote: `affine alone ${found.dice[site].affine.toFixed(3)}`,
      });
    const { least, low, high, most } = found.jacobian;
    emit({
      measure: measures.change,
      value: number(least),
      issues: issues.filter(({ code }) => code === 'registration-folded'),
      methodNote: `1 % of the brain below ${low.toFixed(2)}, 1 % above ${high.toFixed(2)}, most ${most.toFixed(2)}`,
    });
    const asymmetric = context.pack(asymmetricPack);
    if (asymmetric) {
      const lean = leaning(found.brain, found.warp.affine, await readAsymmetric(asymmetric));
      emit({ measure: measures.sides, ...sidesValue(lean) });
    }
    const places = mappedPlaces(found.warp, placesGrid);
    const all = new Float32Array(3 * places[0].length);
    for (const [axis, part] of places.entries()) all.set(part, axis * part.length);
    const day = time ? `-${time.slice(0, 10)}` : '';
    const common = { ...(time && { time }), issues, derivedFrom: [labelsId, t1Id] };
    const grid = { ...placesGrid, shape: [46, 56, 48, 3] as [number, number, number, number] };
    context.emit.artifact({
      ...common,
      ...{ type: 'image', role: placesRole, title: 'Where each point of MNI152 lies in the T1: x, y, z in RAS mm' },
      ...{ mediaType: 'application/gzip', fileName: `template-places${day}.nii.gz`, grid },
      bytes: writeNiftiGz(grid, all, { datatype: 'float32', description: 'MNI152 to T1, RAS mm' }),
    });
    context.emit.artifact({
      ...common,
      ...{ type: 'picture', role: 'snapshot', mediaType: 'image/png', fileName: `template${day}.png` },
      title:
        "The T1 in MNI152 with the border of the template's white matter. Radiological convention: the patient's right is on the left",
      bytes: picture(found, t1, template),
    });
    context.progress(1);
  },
};

/** What the quality says: an error where nothing may be read off the template. */
export function verdict({ ncc, jacobian, turned, volumeRatio }: T1Registration): Issue[] {
  const issues: Issue[] = [];
  const remedy = 'Look at the picture; check orientation, coverage and contrast of the T1.';
  if (turned.other > turned.stated + turnMargin)
    issues.push(
      issue(
        'error',
        'orientation-wrong',
        `The head fits the template better when it is turned (its axes would be ${orientationCode(turned.turn)} instead of RAS): the file states a wrong orientation.`,
        { remedy: 'Convert the original DICOM series again.' },
      ),
    );
  if (!(ncc.warped >= leastNcc) || volumeRatio < 0.5 || volumeRatio > 2)
    issues.push(
      issue(
        'error',
        'registration-failed',
        `The T1 could not be laid on the template: correlation ${ncc.warped.toFixed(2)}, volume ${volumeRatio.toFixed(2)} times the template's.`,
        { remedy },
      ),
    );
  else if (ncc.warped < doubtfulNcc)
    issues.push(
      issue(
        'warning',
        'registration-doubtful',
        `The T1 lies on the template with a correlation of only ${ncc.warped.toFixed(2)}.`,
        { remedy },
      ),
    );
  if (jacobian.least <= 0)
    issues.push(
      issue(
        'warning',
        'registration-folded',
        'The free-form part folds somewhere: places there are not to be trusted.',
        {
          remedy,
        },
      ),
    );
  return issues;
}

function orientationValue({ turned }: T1Registration): Value {
  const wrong = turned.other > turned.stated + turnMargin;
  return {
    type: 'code',
    code: wrong
      ? { system: 'idiograph', code: 'orientation-wrong', display: 'The head lies otherwise than the file states' }
      : { system: 'idiograph', code: 'orientation-holds', display: 'The head lies as the file states' },
  };
}

/** What leaning says of the sides; never more than a hint. */
export function sidesValue(lean: number): Pick<FindingDraft, 'value' | 'issues' | 'methodNote'> {
  const methodNote = `leaning ${lean.toFixed(2)} (as most heads: positive; mirrored: negative)`;
  const code = (name: string, display: string): Value => ({
    type: 'code',
    code: { system: 'idiograph', code: name, display },
  });
  if (lean <= -decisiveLeaning)
    return {
      value: code('sides-contradicted', 'The brain leans the other way than most: left and right may be swapped'),
      issues: [
        issue(
          'warning',
          'mirrored-anatomy',
          'The brain is asymmetric in the direction opposite to most: the image may be mirrored, or the person is one of the few who are built so.',
          {
            remedy: 'Compare with a side marker or a known one-sided finding before any act that depends on the side.',
          },
        ),
      ],
      methodNote,
    };
  if (lean < decisiveLeaning)
    return {
      value: code('sides-undecided', 'The asymmetry of the brain does not tell its sides'),
      issues: [],
      methodNote,
    };
  return { value: code('sides-plausible', 'The brain leans as most do: sides are plausible'), issues: [], methodNote };
}

export function tissuesOf(
  labels: readonly { value: number; name: string }[],
  { structures }: Structures,
): Map<number, Tissue> {
  const known = new Map(structures.map(({ label, tissue }) => [label, tissue]));
  return new Map(
    labels.flatMap(({ value, name }) => {
      const tissue = known.get(name);
      return tissue === 'gray-matter' || tissue === 'white-matter' ? [[value, tissue] as const] : [];
    }),
  );
}

/** The T1 sampled into the template, the border of white matter of the template in red. */
function picture(
  { warp }: T1Registration,
  t1: { grid: { shape: readonly [number, number, number, number]; affineRas: number[] }; values: ArrayLike<number> },
  template: { white: { grid: T1Registration['brain']['grid']; values: ArrayLike<number> } },
): Uint8Array {
  const grid = {
    shape: [91, 109, 91, 1] as [number, number, number, number],
    affineRas: [2, 0, 0, -90, 0, 2, 0, -126, 0, 0, 2, -72, 0, 0, 0, 1],
  };
  const [ni, nj, nk] = grid.shape;
  const places = mappedPlaces(warp, grid);
  const image = sampleAt(t1, places);
  const white = resample(template.white.values, template.white.grid, grid, { interpolation: 'trilinear' });
  const labels = new Uint8Array(image.length);
  for (let k = 1; k < nk - 1; k++)
    for (let j = 1; j < nj - 1; j++)
      for (let i = 1; i < ni - 1; i++) {
        const at = i + ni * (j + nj * k);
        if (white[at]! <= 0.5) continue;
        const isEdge = [1, ni, ni * nj].some((step) => white[at - step]! <= 0.5 || white[at + step]! <= 0.5);
        if (isEdge) labels[at] = 1;
      }
  const views = (['axial', 'coronal', 'sagittal'] as const).map((plane) => ({
    ...{ plane, centreRas: [0, -18, 18] as const, heightMm: 200, width: 300, height: 320 },
  }));
  return drawRow({ grid, image, window: [0, 200], labels, colors: [undefined, '#e41a1c'], opacity: 0.8 }, views);
}

/** Nearest values of an image at places in RAS mm. */
function sampleAt(
  {
    grid,
    values,
  }: { grid: { shape: readonly [number, number, number, number]; affineRas: number[] }; values: ArrayLike<number> },
  [x, y, z]: readonly [Float32Array, Float32Array, Float32Array],
): Float32Array {
  const m = invert(grid.affineRas);
  const [ni, nj, nk] = grid.shape;
  return x.map((_, at) => {
    const [i, j, k] = apply(m, [x[at]!, y[at]!, z[at]!]).map(Math.round) as [number, number, number];
    return i >= 0 && j >= 0 && k >= 0 && i < ni && j < nj && k < nk ? values[i + ni * (j + nj * k)]! : 0;
  });
}

/** Each label map with the conformed volume that it was made from. */
function select(dossier: Dossier): Selected {
  const selections = dossier.artifacts
    .filter(({ role, type }) => role === 'segmentation-18' && type === 'labelmap')
    .flatMap((labels) => {
      const t1 = dossier.artifacts.find((one) => one.role === 't1-conformed' && labels.derivedFrom.includes(one.id));
      if (!t1) return [];
      return [
        {
          title: `Template${labels.time ? `, ${labels.time.slice(0, 10)}` : ''}`,
          inputs: { labels: [labels.id], t1: [t1.id] },
        },
      ];
    });
  return { selections, missing: [] };
}
