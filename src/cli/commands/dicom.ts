import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { sha256 } from '../../dossier/canonical.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { DerivedFrom } from '../../exchange/dicom/derived.ts';
import { openImage } from '../../intake/open.ts';
import { artifactAsDicom, type DicomFile, derivedFrom, imageAsDicom } from '../../server/volumes/derivedDicom.ts';
import type { Command, Invocation, Terminal } from '../command.ts';
import { dataOption, openExisting, theSubject } from '../dataFolder.ts';
import { readSources } from '../imageFiles.ts';
import { version } from '../version.ts';
import { writeWhole } from '../wholeFile.ts';
import { withoutFace } from '../withoutFace.ts';
import { purposeOf } from './run.ts';

export const command: Command = {
  summary: 'Writes maps as DICOM parametric maps and label maps as DICOM segmentations.',
  usage:
    'idiograph dicom --out DIR --purpose PURPOSE [--artifact ID] [--deface] [--subject ID] [--data DIR] [--json]\n' +
    '       idiograph dicom IMAGE --of SERIES --out DIR [--labels LIST] [--unit UCUM] [--quantity NAME] [--json]\n\n' +
    'The first form writes all images that analyses made of a subject, or one of them. The stated purpose is logged.\n' +
    '--deface takes the face out of T1 images and leaves away other images that may show one; names and numbers in the header stay.\n' +
    'The second takes a NIfTI file and the DICOM series (file or folder) that it was made from: patient, study, frame of reference\n' +
    'and references come from there. --labels 1=Liver,2=Spleen makes it a segmentation; a map without it.',
  options: {
    ...dataOption,
    out: { type: 'string' },
    subject: { type: 'string' },
    purpose: { type: 'string' },
    artifact: { type: 'string' },
    deface: { type: 'boolean' },
    of: { type: 'string' },
    labels: { type: 'string' },
    unit: { type: 'string' },
    quantity: { type: 'string' },
  },
  async run(invocation, terminal) {
    const { positionals, options } = invocation;
    const out = options.out;
    if (typeof out !== 'string' || positionals.length > 1 || (positionals.length === 1) !== (options.of !== undefined))
      throw new IdiographError('usage', 'say --out DIR, and for a file also --of SERIES', {
        remedy: `usage: ${command.usage}`,
      });
    const { files, refused } = positionals[0]
      ? { files: await ofFile(positionals[0], options, terminal), refused: [] }
      : await ofStore(invocation, terminal);
    const written = files.map(({ fileName, bytes }) => {
      writeWhole(join(out, fileName), bytes);
      terminal.say(`${fileName}: ${bytes.length} bytes`);
      return { file: fileName, bytes: bytes.length };
    });
    if (written.length === 0) terminal.say('nothing was made that has a form as DICOM');
    terminal.document({ files: written, refused });
    return refused.length > 0 ? 1 : 0;
  },
};

interface Refused {
  artifact: string;
  message: string;
}

async function ofStore(
  { options }: Invocation,
  terminal: Terminal,
): Promise<{ files: DicomFile[]; refused: Refused[] }> {
  if (typeof options.purpose !== 'string')
    throw new IdiographError('usage', 'an export needs a stated --purpose', { remedy: `usage: ${command.usage}` });
  const store = await openExisting(options);
  try {
    const access = { purpose: purposeOf(options.purpose), actor: terminal.actor };
    const subject = await theSubject(store, { ...access, purpose: 'care' }, options.subject as string | undefined);
    const reader = store.reading(access);
    const dossier = await reader.dossier(subject);
    const images = dossier.artifacts.filter(
      ({ id, type }) =>
        (type === 'image' || type === 'labelmap') && (options.artifact === undefined || id === options.artifact),
    );
    if (options.artifact !== undefined && images.length === 0)
      throw new IdiographError('not-found', `${subject} has no image ${options.artifact}`, {
        remedy: 'idiograph export lists what there is.',
      });
    const runs = await reader.list(subject, 'run');
    store.noteAccess(access, subject, 'dicom');
    const blobs = {
      bytes: (sha256: string) => reader.blob(subject, sha256),
      file: (sha256: string) => reader.blobFile(subject, sha256),
    };
    const files: DicomFile[] = [];
    const refused: Refused[] = [];
    for (const artifact of images) {
      const run = runs.find(({ id }) => id === artifact.run);
      if (run === undefined) continue;
      try {
        const given = options.deface === true ? await withoutFace(artifact, dossier, blobs) : { artifact, blobs };
        const made = await artifactAsDicom(given.artifact, { run, dossier, blobs: given.blobs, program: version() });
        for (const { fileName, bytes } of made)
          files.push({ fileName: `${artifact.id.slice(4, 12)}-${fileName}`, bytes });
      } catch (error) {
        if (!(error instanceof IdiographError)) throw error;
        terminal.warn(`${artifact.title}: ${error.message}`);
        refused.push({ artifact: artifact.id, message: error.message });
      }
    }
    return { files, refused };
  } finally {
    await store.close();
  }
}

async function ofFile(path: string, options: Invocation['options'], terminal: Terminal): Promise<DicomFile[]> {
  const text = (name: string) => options[name] as string | undefined;
  const made = await readSources(path);
  const read = made.sources.find(({ source }) => source.format === 'nifti');
  if (read === undefined)
    throw new IdiographError('unsupported', `${path} is no NIfTI image`, { remedy: 'Give .nii or .nii.gz.' });
  const original = await readSources(text('of')!);
  const [series, ...others] = original.sources.filter(({ source }) => source.format === 'dicom-series');
  if (series === undefined || others.length > 0)
    throw new IdiographError('usage', `${text('of')} holds ${others.length + (series ? 1 : 0)} DICOM series`, {
      remedy: 'Name a file or folder of one series.',
    });
  const image = await openImage(read.source, made.blobs);
  const from: DerivedFrom = await derivedFrom(series.source, original.blobs);
  const labels = text('labels') === undefined ? undefined : labelsOf(text('labels')!);
  const stem = basename(path).replace(/\.nii(\.gz)?$/, '');
  return imageAsDicom(image, {
    from,
    said: {
      identity: [sha256(readFileSync(path)), ...from.instances.slice(0, 1).map((one) => one.series)],
      title: text('quantity') ?? stem,
      label: (text('quantity') ?? stem)
        .toUpperCase()
        .replace(/[^A-Z0-9_]+/g, '_')
        .slice(0, 16),
      madeAt: terminal.now(),
      method: `idiograph dicom of ${basename(path)}`,
      program: version(),
      seriesNumber: 9000,
    },
    stem,
    kind: labels ? 'labelmap' : 'image',
    ...(labels && { labels }),
    unit: text('unit') ?? '1',
    quantity: text('quantity') ?? stem,
    modality: series.source.modality,
    room: '',
  });
}

function labelsOf(list: string): { value: number; name: string }[] {
  return list.split(',').map((one) => {
    const [value, ...name] = one.split('=');
    const number = Number(value);
    if (!(Number.isInteger(number) && number > 0 && name.join('=').trim() !== ''))
      throw new IdiographError('usage', `"${one}" is no label`, { remedy: 'Write 1=Liver,2=Spleen.' });
    return { value: number, name: name.join('=').trim() };
  });
}
