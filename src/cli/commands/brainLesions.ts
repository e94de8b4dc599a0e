import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lesionChanges } from '../../brain/lesions/classify.ts';
import { changeWords } from '../../brain/lesions/measures.ts';
import { lesionPicture, visitPicture } from '../../brain/lesions/picture.ts';
import { type ChangeStudy, studyChange } from '../../brain/lesions/studyChange.ts';
import { studyVisit, type VisitInput, type VisitStudy } from '../../brain/lesions/studyVisit.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { ImageHandle } from '../../dossier/image.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Source } from '../../dossier/source.ts';
import { writeNiftiGz } from '../../intake/nifti/write.ts';
import { openImage } from '../../intake/open.ts';
import { missingSlices } from '../../voxels/missingSlices.ts';
import type { Command, Terminal } from '../command.ts';
import { maskFile } from '../diffusionInput.ts';
import { readSources } from '../imageFiles.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

export const command: Command = {
  summary: 'White-matter lesions of a FLAIR image, and what changed since an earlier one.',
  usage:
    'idiograph brain lesions FLAIR --out DIR [--t1 T1] [--mask LESIONS] [--brain MASK] [--prior FLAIR [--prior-t1 T1] [--prior-mask LESIONS]] [--json]\n\n' +
    'FLAIR, T1: a NIfTI file or a folder of DICOM. --mask: lesions by your own tool, taken as they are; our own segmentation is then printed beside them.\n' +
    'Writes lesions.nii.gz, tissue.nii.gz, lesions.tsv, lesions.png; with --prior also change.nii.gz (1 new, 2 enlarged, 3 shrunk, 4 resolved, 5 stable, 6 in one mask only), change-z.nii.gz, change.tsv, change.png, on a grid half way between the visits.',
  options: {
    out: { type: 'string' },
    t1: { type: 'string' },
    mask: { type: 'string' },
    brain: { type: 'string' },
    prior: { type: 'string' },
    'prior-t1': { type: 'string' },
    'prior-mask': { type: 'string' },
  },
  async run({ positionals, options }, terminal) {
    const text = (name: string) => options[name] as string | undefined;
    const [path, ...more] = positionals;
    const out = text('out');
    if (path === undefined || more.length > 0 || out === undefined)
      throw new IdiographError('usage', 'name one FLAIR image and --out', { remedy: `usage: ${command.usage}` });
    if (text('prior') === undefined && (text('prior-t1') ?? text('prior-mask')) !== undefined)
      throw new IdiographError('usage', '--prior-t1 and --prior-mask go with --prior', { remedy: command.usage });
    const start = performance.now();
    const later = await visit(path, text('t1'), text('mask'), text('brain'), terminal);
    const earlier =
      text('prior') === undefined
        ? undefined
        : await visit(text('prior')!, text('prior-t1'), text('prior-mask'), undefined, terminal);
    const issues = [...later.issues, ...(earlier?.issues ?? [])];
    const change =
      earlier?.study?.model && later.study?.model
        ? studyChange(
            { model: earlier.study.model, lesions: earlier.study.lesions.mask },
            { model: later.study.model, lesions: later.study.lesions.mask },
            { place: `${text('prior')}, ${path}`, progress: (_, doing) => terminal.progress(doing) },
          )
        : undefined;
    if (change) issues.push(...('refused' in change ? [change.refused] : change.issues));
    for (const { severity, message, remedy } of issues)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    if (later.study) {
      writeVisit(out, later.study, later.flair);
      sayVisit('lesions', later.study, terminal);
    }
    if (earlier?.study) sayVisit('earlier visit', earlier.study, terminal);
    const changed = change && !('refused' in change) ? change : undefined;
    if (changed) {
      writeChange(out, changed);
      for (const { change: kind, lesions, volumeMl, lowMl, highMl } of changed.totals)
        terminal.say(
          `${changeWords[kind].says.padEnd(32)} ${String(lesions).padStart(4)} lesions, ${volumeMl.toFixed(2)} mL (${lowMl.toFixed(2)} to ${highMl.toFixed(2)})`,
        );
      terminal.say(
        `visits ${changed.aligned.shiftMm.toFixed(1)} mm and ${changed.aligned.turnDeg.toFixed(1)} degrees apart, correlation ${changed.aligned.correlation.toFixed(3)} once aligned`,
      );
    }
    const seconds = (performance.now() - start) / 1000;
    terminal.say(`${seconds.toFixed(1)} s`);
    terminal.document({
      lesions: later.study ? summary(later.study) : null,
      prior: earlier?.study ? summary(earlier.study) : null,
      change: changed
        ? {
            classes: changed.totals,
            alignment: {
              ...{ shiftMm: changed.aligned.shiftMm, turnDeg: changed.aligned.turnDeg },
              ...{ correlation: changed.aligned.correlation, overlap: changed.aligned.overlap },
            },
            noise: changed.noise,
          }
        : null,
      seconds: Number(seconds.toFixed(3)),
      issues,
    });
    return issues.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

interface Visit {
  flair: VisitInput['flair'];
  study?: VisitStudy;
  issues: Issue[];
}

async function visit(
  path: string,
  t1: string | undefined,
  mask: string | undefined,
  brain: string | undefined,
  terminal: Terminal,
): Promise<Visit> {
  const flair = await imageOf(path);
  const support = t1 === undefined ? undefined : await imageOf(t1);
  const given = mask === undefined ? undefined : await maskFile(mask, flair.image);
  const inside = brain === undefined ? undefined : await maskFile(brain, flair.image);
  const read = { grid: flair.image.grid, values: await flair.image.readVolume() };
  const study = studyVisit({
    ...{ flair: read, place: path },
    missingSlices: missingSlices(flair.source.metadata),
    ...(flair.source.contrast && { contrast: flair.source.contrast }),
    ...(support && { t1: { grid: support.image.grid, values: await support.image.readVolume() } }),
    ...(given && { given: given.mask }),
    ...(inside && { brain: inside.mask }),
    progress: (_, doing) => terminal.progress(doing),
  });
  const issues = [...flair.issues, ...(support?.issues ?? []), ...(given?.issues ?? []), ...(inside?.issues ?? [])];
  return 'refused' in study
    ? { flair: read, issues: [...issues, study.refused] }
    : { flair: read, study, issues: [...issues, ...study.issues] };
}

async function imageOf(path: string): Promise<{ image: ImageHandle; source: Source; issues: Issue[] }> {
  const sidecar = path.replace(/\.nii(\.gz)?$/i, '.json');
  const read = await readSources(path, ...(sidecar !== path && existsSync(sidecar) ? [sidecar] : []));
  const source = read.sources
    .map((one) => one.source)
    .find(({ format }) => format === 'nifti' || format === 'dicom-series');
  if (source === undefined) {
    const why = read.issues.find(({ severity }) => severity === 'error') ?? read.issues[0];
    throw new IdiographError('unsupported', `${path} is not an image${why ? `: ${why.message}` : ''}`, {
      remedy: why?.remedy ?? 'Give a NIfTI file (.nii, .nii.gz) or a folder of DICOM.',
    });
  }
  return { image: await openImage(source, read.blobs), source, issues: [...read.issues, ...source.issues] };
}

function summary({ lesions, by, check, brainMl, model }: VisitStudy): object {
  return {
    ...{ by, volumeMl: lesions.volumeMl, lowMl: lesions.lowMl, highMl: lesions.highMl, count: lesions.lesions.length },
    ...{
      brainMl: brainMl ?? null,
      classesBy: model?.classesBy ?? null,
      dropped: lesions.dropped,
      ownSegmentation: check ?? null,
    },
  };
}

function sayVisit(name: string, { lesions, by, check }: VisitStudy, terminal: Terminal): void {
  terminal.say(
    `${name}: ${lesions.volumeMl.toFixed(2)} mL (${lesions.lowMl.toFixed(2)} to ${lesions.highMl.toFixed(2)}) in ${lesions.lesions.length} lesions, ${by === 'given' ? 'by the mask that was given' : 'own segmentation'}`,
  );
  if (check)
    terminal.say(`  own segmentation beside it: ${check.volumeMl.toFixed(2)} mL, Dice ${check.dice.toFixed(2)}`);
}

function table(names: readonly string[], lines: readonly (readonly (string | number)[])[]): string {
  return `${[names, ...lines].map((line) => line.join('\t')).join('\n')}\n`;
}

function writeVisit(out: string, study: VisitStudy, flair: VisitInput['flair']): void {
  const { model, lesions } = study;
  const write = (file: string, values: ArrayLike<number>, description: string): void =>
    writeWhole(join(out, file), writeNiftiGz(flair.grid, values, { datatype: 'uint8', description }));
  write('lesions.nii.gz', lesions.mask, 'lesions');
  if (model) write('tissue.nii.gz', model.classes, 'tissue');
  writeWhole(
    join(out, 'lesions.tsv'),
    table(
      ['volume_ml', 'x_mm', 'y_mm', 'z_mm'],
      lesions.lesions.map(({ volumeMl, centreRasMm }) => [
        volumeMl.toFixed(4),
        ...centreRasMm.map((one) => one.toFixed(1)),
      ]),
    ),
  );
  writeWhole(join(out, 'lesions.png'), visitPicture(study, flair));
}

function writeChange(out: string, { aligned, followed, later, z, mask }: ChangeStudy): void {
  const { grid } = aligned;
  writeWhole(
    join(out, 'change.nii.gz'),
    writeNiftiGz(grid, followed.labels, { datatype: 'uint8', description: 'lesion change' }),
  );
  writeWhole(
    join(out, 'change-z.nii.gz'),
    writeNiftiGz(grid, z, { datatype: 'float32', description: 'change over its noise' }),
  );
  writeWhole(
    join(out, 'change.tsv'),
    table(
      ['change', 'earlier_ml', 'later_ml', 'brighter_ml', 'darker_ml', 'x_mm', 'y_mm', 'z_mm'],
      followed.lesions.map((one) => [
        ...[
          one.change,
          one.earlierMl.toFixed(4),
          one.laterMl.toFixed(4),
          one.brighterMl.toFixed(4),
          one.darkerMl.toFixed(4),
        ],
        ...one.centreRasMm.map((mm) => mm.toFixed(1)),
      ]),
    ),
  );
  const colors = [undefined, ...lesionChanges.map((change) => changeWords[change].color)];
  writeWhole(join(out, 'change.png'), lesionPicture(later, followed.labels, mask, grid, colors));
}
