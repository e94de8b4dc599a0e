import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chooseConfounds } from '../../brain/function/confoundTable.ts';
import { bootstrapOptions } from '../../brain/target/analysis.ts';
import { checklist, eligibility } from '../../brain/target/checklist.ts';
import { type ComputedTarget, type ComputeOptions, computeTarget } from '../../brain/target/compute.ts';
import {
  maskFile as ballFile,
  ballMask,
  type ExportedTarget,
  mniGrid,
  writeCsv,
} from '../../brain/target/exportTarget.ts';
import { distance, type Point } from '../../brain/target/locate.ts';
import { pointText, stateText } from '../../brain/target/measures.ts';
import { drawTarget } from '../../brain/target/picture.ts';
import { stretchAt } from '../../brain/target/places.ts';
import { confoundsPath, runKind, sidesDoubt } from '../../brain/target/rest.ts';
import { settingsPath, TargetSettings } from '../../brain/target/settings.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import { type Issue, issue } from '../../dossier/issue.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { openImage } from '../../intake/open.ts';
import { loadKnowledge } from '../../knowledge/load.ts';
import { apply } from '../../voxels/affine.ts';
import { indexFrame } from '../../voxels/indexFrame.ts';
import { resample } from '../../voxels/resample.ts';
import type { Command, Terminal } from '../command.ts';
import { maskFile } from '../diffusionInput.ts';
import { type Given, givenOf } from '../given.ts';
import { readSources } from '../imageFiles.ts';
import { affineFile, answersOf, tableRows } from '../targetInput.ts';
import { type PlaceInT1, placeInT1 } from '../targetPlace.ts';
import { oneLine } from '../terminal.ts';
import { version } from '../version.ts';
import { writeWhole } from '../wholeFile.ts';

export const command: Command = {
  summary: 'Stimulation target of the left DLPFC from a resting scan, or why there is none.',
  usage:
    'idiograph target BOLD --out DIR [options] [--json]\n\n' +
    'BOLD: a preprocessed resting run in MNI space (NIfTI). --rest: it is rest although its name does not say so; --space mni likewise.\n' +
    '--confounds FILE.tsv (default: beside BOLD, as fMRIPrep names it), --mask FILE, --tr SECONDS, --seed-map FILE (group, MNI).\n' +
    '--answers FILE.json: the list before stimulation, {"cochlear-implant": "no", ...}; without every answer nothing is exported.\n' +
    '--t1 T1 (as it was scanned, with skin: NIfTI, folder of DICOM, or the folder that `idiograph brain` wrote): the target in the\n' +
    'T1 and the scalp above it; needs the packs meshnet-18 and mni152 (--packs DIR). A T1 in MNI space gives the scalp alone.\n' +
    '--to-native FILE (4 x 4, MNI to native RAS mm) instead of a registration, --field FILE (V/m, MNI).\n' +
    'Written: target.json, the map and a picture; masks, table and DICOM SEG only when the export is allowed.',
  options: {
    out: { type: 'string' },
    rest: { type: 'boolean' },
    space: { type: 'string' },
    confounds: { type: 'string' },
    mask: { type: 'string' },
    tr: { type: 'string' },
    'seed-map': { type: 'string' },
    answers: { type: 'string' },
    t1: { type: 'string' },
    'to-native': { type: 'string' },
    field: { type: 'string' },
    packs: { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const given = givenOf(options);
    const [path, ...more] = positionals;
    const out = given.text('out');
    if (path === undefined || more.length > 0 || out === undefined)
      throw new IdiographError('usage', 'name one resting run and --out', { remedy: `usage: ${command.usage}` });
    const settings = TargetSettings.parse(loadKnowledge(settingsPath).data);
    const { computed, image, issues } = await computeFrom(path, given, settings, terminal);
    return write(out, computed, image, issues, given, settings, terminal);
  },
};

interface Read {
  computed: ComputedTarget;
  image: ImageHandle;
  issues: Issue[];
}

async function computeFrom(path: string, given: Given, settings: TargetSettings, terminal: Terminal): Promise<Read> {
  const { image, source, issues: read } = await niftiFile(path);
  const issues = [...read];
  const circuit = settings.circuits.find(({ targeting }) => targeting === 'connectivity')!;
  const kind = runKind(source);
  const none = (reason: Issue): Read => ({
    ...{ image, issues, computed: { state: 'refused', reasons: [reason], notes: [], seedBy: 'seed-sphere' } },
  });
  const doubt = sidesDoubt(source.issues, path);
  if (doubt) return none(doubt);
  if (!kind.isRest && !given.flag('rest'))
    return none(
      issue(
        'error',
        'not-rest',
        kind.task
          ? `The run is of the task ${kind.task.slice(0, 40)}, not of rest.`
          : 'Nothing says that the run is of rest.',
        {
          ...{ place: path, remedy: 'Give a resting run; --rest when it is one.' },
        },
      ),
    );
  if (!kind.isRest && kind.task)
    issues.push(
      issue(
        'warning',
        'task-taken-for-rest',
        `The run is named after the task ${kind.task.slice(0, 40)} and was taken for rest because you said so.`,
      ),
    );
  if (!kind.inMni && given.oneOf('space', ['mni']) === undefined)
    return none(
      issue('error', 'rest-not-in-mni', 'Nothing says that the run is in MNI space.', {
        ...{ place: path, remedy: 'Give the run that the preprocessing wrote in MNI space; --space mni when it is.' },
      }),
    );
  const more: Partial<ComputeOptions> = {};
  const beside = given.text('confounds') ?? confoundsPath(path);
  if (given.text('confounds') !== undefined || (beside !== path && existsSync(beside))) {
    const { columns, rows } = tableRows(beside);
    const chosen = chooseConfounds(columns, rows, image.grid.shape[3]);
    issues.push(...chosen.issues);
    more.confounds = chosen.columns.map(({ values }) => values.map((one) => (Number.isFinite(one) ? one : 0)));
    if (chosen.framewiseMm) more.framewiseDisplacementMm = chosen.framewiseMm;
  }
  if (given.text('mask') !== undefined) more.mask = (await maskFile(given.text('mask')!, image)).mask;
  if (given.text('seed-map') !== undefined) {
    const { image: map } = await niftiFile(given.text('seed-map')!);
    more.seedMap = resample(
      await map.readVolume(0),
      map.grid,
      { ...image.grid, shape: [...image.grid.shape] },
      { interpolation: 'trilinear' },
    );
  }
  const repetitionTimeS = given.number('tr') ?? image.grid.repetitionTimeS ?? 0;
  if (!(repetitionTimeS >= 0.2 && repetitionTimeS <= 10))
    throw new IdiographError('unsupported', 'the time between volumes is not known', {
      remedy: 'Give --tr in seconds.',
    });
  const computed = await computeTarget(image, circuit, settings.limits, {
    ...{ ...bootstrapOptions, repetitionTimeS, ...more },
    progress(fraction, doing) {
      if (terminal.signal.aborted) throw new IdiographError('aborted', 'stopped');
      terminal.progress(`${doing} ${Math.round(100 * fraction)} %`);
    },
  });
  return { computed, image, issues };
}

async function write(
  out: string,
  computed: ComputedTarget,
  image: ImageHandle,
  read: readonly Issue[],
  given: Given,
  settings: TargetSettings,
  terminal: Terminal,
): Promise<number> {
  const { state, xyzMm, own, reasons, notes } = computed;
  const circuit = settings.circuits.find(({ targeting }) => targeting === 'connectivity')!;
  const answers = checklist(
    settings,
    given.text('answers') === undefined ? [] : answersOf(given.text('answers')!, settings),
  );
  const verdict = eligibility(answers);
  const allowed = verdict.code === 'allowed' && xyzMm !== undefined;
  const issues: Issue[] = [...reasons, ...notes, ...read];
  const files: string[] = [];
  const put = (name: string, bytes: Uint8Array | string): void => {
    writeWhole(join(out, name), bytes);
    files.push(name);
  };
  const radiusMm = state === 'individual' ? own!.radius95Mm : undefined;
  const place =
    xyzMm && given.text('t1') !== undefined
      ? await placeInT1(given.text('t1')!, xyzMm, settings, given.text('packs'), terminal)
      : undefined;
  const native = xyzMm && nativeOf(xyzMm, radiusMm, place, given.text('to-native'));
  if (native?.missing) issues.push(native.missing);
  issues.push(...(place?.issues ?? []));
  if (place?.scalp && 'refused' in place.scalp) issues.push(place.scalp.refused);
  const field = xyzMm && given.text('field') !== undefined ? await fieldAt(given.text('field')!, xyzMm) : undefined;
  let map: ImageHandle | undefined;
  if (own && computed.grid && computed.voxels) {
    const grid = computed.grid;
    const values = new Float32Array(grid.shape[0] * grid.shape[1] * grid.shape[2]).fill(Number.NaN);
    for (let at = 0; at < computed.voxels.length; at++) values[computed.voxels[at]!] = own.correlation[at]!;
    map = { ...image, grid, readVolume: async () => values };
    put('map.nii.gz', writeNiftiGz(grid, values, { datatype: 'float32', description: 'r with the seed' }));
  }
  if (xyzMm && computed.mean) {
    const [ni, nj, nk] = image.grid.shape;
    const grid = { shape: [ni, nj, nk, 1] as [number, number, number, number], affineRas: image.grid.affineRas };
    const values = computed.mean;
    const mean: ImageHandle = { ...image, grid, readVolume: async () => values };
    const isOwn = state === 'individual' && map !== undefined;
    put('target.png', await drawTarget({ mean, ...(isOwn && { map: map! }) }, { xyzMm, radiusMm }));
  }
  if (allowed) {
    const name = state === 'individual' ? 'individual target' : 'group target';
    const source = state === 'individual' ? 'own resting scan' : circuit.group!.source;
    const target = { name, space: 'MNI152', xyzRasMm: xyzMm, radiusMm, source };
    const ball = ballMask({ xyzRasMm: xyzMm, radiusMm: radiusMm ?? 5 }, mniGrid);
    put('target-mask.nii.gz', ballFile(ball, mniGrid, name));
    const rows: ExportedTarget[] = [target];
    if (native?.rasMm)
      rows.push({ ...target, space: 'native T1', xyzRasMm: native.rasMm, radiusMm: native.radius95Mm });
    if (place?.scalp && !('refused' in place.scalp))
      rows.push({
        ...{ name: 'scalp point', space: place.scalpSpace!, xyzRasMm: place.scalp.xyzMm, radiusMm: undefined },
        source: 'nearest point of the scalp to the target',
      });
    put('target.csv', writeCsv(rows));
    const { targetSegmentation } = await import('../targetDicom.ts');
    put('target.dcm', targetSegmentation(ball, mniGrid, name, { madeAt: terminal.now(), program: version() }));
    if (native?.rasMm && place?.native) {
      const { grid, series, stretch = 1 } = place.native;
      const there = ballMask({ xyzRasMm: native.rasMm, radiusMm: native.radius95Mm ?? 5 * stretch }, grid);
      put('target-mask-native.nii.gz', ballFile(there, grid, `${name}, native T1`));
      if (series) {
        const { derivedFrom } = await import('../../server/volumes/derivedDicom.ts');
        const from = await derivedFrom(series.source, series.blobs);
        const said = { madeAt: terminal.now(), program: version(), from };
        put('target-native.dcm', targetSegmentation(there, grid, name, said));
      }
    }
  }
  const document = {
    state,
    circuit: { id: circuit.id, title: circuit.title, indication: circuit.indication, evidence: circuit.evidence },
    ...(xyzMm && {
      target: {
        space: 'MNI152',
        rasMm: xyzMm,
        lpsMm: [-xyzMm[0], -xyzMm[1], xyzMm[2]],
        side: xyzMm[0] < 0 ? 'left' : 'right',
      },
      f3DistanceMm: distance(xyzMm, settings.beamF3.centreMni),
    }),
    ...(native && { native: { ...native, ...(native.missing && { missing: native.missing.code }) } }),
    ...(circuit.group && { group: circuit.group }),
    ...(own && {
      ...{ radius95Mm: own.radius95Mm, splitHalfMm: own.splitHalfMm, meanCorrelation: own.meanCorrelation },
      ...{ blocks: own.blocks, pullMm: own.pullMm, globalSignalDistanceMm: computed.globalSignalDistanceMm },
    }),
    ...(computed.censoring && {
      usableMinutes: computed.censoring.usableMinutes,
      totalMinutes: computed.censoring.totalMinutes,
      motionBy: computed.censoring.by,
    }),
    ...(computed.seedSignal && { seedSignal: computed.seedSignal }),
    seedBy: computed.seedBy,
    ...(place?.scalp && { scalp: scalpSays(place, settings) }),
    ...(field !== undefined && { field: { vPerM: field, imported: true } }),
    export: {
      allowed,
      says: xyzMm ? verdict.says : `no target; ${verdict.says}`,
      items: answers.map(({ item, answer }) => ({ id: item.id, title: item.title, answer, weight: item.yes })),
    },
    reasons: reasons.map(({ code }) => code),
    issues,
  };
  put('target.json', `${JSON.stringify(document, null, 1)}\n`);
  for (const { severity, message, remedy } of issues)
    if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
  if (radiusMm !== undefined)
    terminal.say(`95 % radius ${radiusMm.toFixed(1)} mm, split half ${own!.splitHalfMm.toFixed(1)} mm`);
  for (const { message } of reasons) terminal.say(message);
  if (native?.rasMm) terminal.say(`in the T1: ${native.rasMm.map((one) => one.toFixed(1)).join(', ')} mm (RAS)`);
  else if (native) terminal.say(native.missing!.message);
  terminal.say(`export ${allowed ? 'allowed' : 'blocked'}: ${document.export.says}`);
  terminal.say(xyzMm ? `${stateText[state]}: ${pointText(xyzMm)}` : stateText[state]);
  terminal.document({ ...document, files });
  return state === 'refused' ? 1 : 0;
}

async function niftiFile(path: string) {
  const sidecar = path.replace(/\.nii(\.gz)?$/i, '.json');
  const { sources, issues, blobs } = await readSources(
    path,
    ...(sidecar !== path && existsSync(sidecar) ? [sidecar] : []),
  );
  const source = sources.find((one) => one.source.format === 'nifti')?.source;
  if (!source)
    throw new IdiographError(
      'unsupported',
      `${path} is not a NIfTI image${issues[0] ? `: ${issues[0].message}` : ''}`,
      {
        remedy: issues[0]?.remedy ?? 'Give a NIfTI file (.nii, .nii.gz).',
      },
    );
  return { image: await openImage(source, blobs), source, issues: [...issues, ...source.issues] };
}

interface Native {
  rasMm?: Point;
  lpsMm?: Point;
  /** The radius of MNI152 times the largest stretch there; the error of the registration is not in it. */
  radius95Mm?: number;
  by?: 'registration' | 'affine-file';
  registration?: { correlation?: number; freeFormMm: number };
  missing?: Issue;
}

/** The target in the T1 of the person, or that it is missing and why. An affine of the site goes before a registration. */
function nativeOf(
  target: Point,
  radiusMm: number | undefined,
  place: PlaceInT1 | undefined,
  affine: string | undefined,
): Native {
  const at = ([x, y, z]: Point): Pick<Native, 'rasMm' | 'lpsMm'> => ({ rasMm: [x, y, z], lpsMm: [-x, -y, z] });
  if (affine !== undefined) {
    const given = affineFile(affine);
    const stretch = stretchAt({ at: (point) => apply(given, point) }, target);
    return {
      ...{ ...at(apply(given, target)), by: 'affine-file' },
      ...(radiusMm !== undefined && stretch !== undefined && { radius95Mm: radiusMm * stretch }),
    };
  }
  if (!place)
    return {
      missing: issue('info', 'native-missing', 'Coordinates in the T1 of the person are missing: no T1 was given.', {
        remedy: 'Give the T1 as it was scanned: --t1 FILE or a folder of DICOM.',
      }),
    };
  if (!place.native) return { missing: place.missing! };
  const { xyzMm, stretch, freeFormMm, correlation } = place.native;
  return {
    ...{ ...at(xyzMm), by: 'registration' },
    ...(radiusMm !== undefined && stretch !== undefined && { radius95Mm: radiusMm * stretch }),
    registration: { ...(correlation !== undefined && { correlation }), freeFormMm },
  };
}

/** The scalp point, F3 beside it, and how much more output than over the motor cortex its depth would ask for: no field. */
function scalpSays({ scalp, scalpSpace }: PlaceInT1, { depth, beamF3 }: TargetSettings) {
  if (!scalp || 'refused' in scalp) return { missing: scalp?.refused.code ?? 'no-t1' };
  const [x, y, z] = scalp.xyzMm;
  return {
    ...{ space: scalpSpace, rasMm: [x, y, z], lpsMm: [-x, -y, z] },
    ...{ depthMm: scalp.depthMm, motorDepthMm: scalp.motorDepthMm },
    f3: { rasMm: scalp.f3.xyzMm, distanceMm: scalp.fromF3Mm, source: beamF3.source },
    outputChangePercent: depth.percentPerMm * (scalp.depthMm - scalp.motorDepthMm),
    note: `approximate, from depth alone; no electric field was computed (${depth.source})`,
  };
}

/** Value of another program's field at the target; undefined outside its image. */
async function fieldAt(path: string, target: Point): Promise<number | undefined> {
  const { image } = await niftiFile(path);
  const at = indexFrame(image.grid).toIndex(...target);
  if (at.some((one, axis) => one < 0 || one > image.grid.shape[axis]! - 1)) return undefined;
  const one = {
    shape: [1, 1, 1, 1] as [number, number, number, number],
    affineRas: [1, 0, 0, target[0], 0, 1, 0, target[1], 0, 0, 1, target[2], 0, 0, 0, 1],
  };
  return resample(await image.readVolume(0), image.grid, one, { interpolation: 'trilinear' })[0];
}
