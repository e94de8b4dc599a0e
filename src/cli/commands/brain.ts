import { join } from 'node:path';
import { imageQuality } from '../../brain/imageQuality.ts';
import { morphometry } from '../../brain/morphometry.ts';
import { runOnImage } from '../../brain/onOneImage.ts';
import { registration } from '../../brain/registration.ts';
import { segmentation } from '../../brain/segmentation.ts';
import { segmentation104 } from '../../brain/segmentation104.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { FindingDraft } from '../../dossier/finding.ts';
import type { Issue } from '../../dossier/issue.ts';
import type { Command } from '../command.ts';
import { givenOf } from '../given.ts';
import { packsOf, t1Input } from '../t1Input.ts';
import { oneLine } from '../terminal.ts';
import { writeWhole } from '../wholeFile.ts';

/** Artifacts under the names that scripts look for. */
const names: Record<string, string> = {
  't1-conformed': 't1.nii.gz',
  'segmentation-18': 'labels.nii.gz',
  'segmentation-104': 'labels-104.nii.gz',
  'template-places': 'template-places.nii.gz',
};

export const command: Command = {
  summary: 'Labels a T1 of a head: volumes, asymmetry, quality of the scan, checks, its place in MNI152.',
  usage:
    'idiograph brain T1 --out DIR [--packs DIR] [--json]\n\n' +
    'T1: a NIfTI file or a folder of DICOM. Needs the pack meshnet-18; meshnet-104 adds regions with sides and the cross-check of\n' +
    'both networks, mni152 the registration, cit168 the check of sides.\n' +
    'Written: labels.nii.gz (18 classes), labels.tsv, t1.nii.gz (conformed to 1 mm), volumes.csv, pictures; with more packs\n' +
    'labels-104.nii.gz and template-places.nii.gz (where each point of MNI152 lies in the T1, RAS mm).',
  options: { out: { type: 'string' }, packs: { type: 'string' } },
  async run({ positionals, options }, terminal) {
    const given = givenOf(options);
    const [path, ...more] = positionals;
    const out = given.text('out');
    if (path === undefined || more.length > 0 || out === undefined)
      throw new IdiographError('usage', 'name one T1 and --out', { remedy: `usage: ${command.usage}` });
    const input = await t1Input(path);
    const analyses = [segmentation, morphometry, imageQuality, segmentation104, registration];
    const packs = await packsOf(
      analyses.flatMap((one) => one.packs),
      given.text('packs'),
    );
    if (!packs.has('meshnet-18'))
      throw new IdiographError('not-found', 'the pack meshnet-18 is not installed', {
        remedy: 'idiograph packs add meshnet-18 --from DIR',
      });
    const wanted = analyses.filter((one) => !one.needsOneOf || one.packs.some((id) => packs.has(id)));
    const { findings, artifacts, issues } = await runOnImage(wanted, input.source, input.image, packs, {
      signal: terminal.signal,
      progress(fraction, doing) {
        if (terminal.signal.aborted) throw new IdiographError('aborted', 'stopped');
        terminal.progress(`${doing ?? ''} ${Math.round(100 * fraction)} %`);
      },
    });
    const files = artifacts.map((one) => {
      const name = names[one.role] ?? one.fileName;
      writeWhole(join(out, name), one.bytes);
      if (one.labels) {
        const rows = one.labels.map(({ value, name: label, color }) => `${value}\t${label}\t${color ?? ''}`);
        writeWhole(join(out, name.replace('.nii.gz', '.tsv')), `index\tname\tcolor\n${rows.join('\n')}\n`);
      }
      return name;
    });
    const rows = findings.map(rowOf);
    writeWhole(join(out, 'volumes.csv'), `${[header, ...rows.map(line)].join('\r\n')}\r\n`);
    const all = unique([...input.issues, ...issues, ...findings.flatMap((one) => one.issues)]);
    for (const { severity, message, remedy } of all)
      if (severity !== 'info') terminal.warn(oneLine(`${severity}: ${message}${remedy ? ` ${remedy}` : ''}`));
    for (const { measure, site, value, unit } of rows)
      if (['brain-volume', 'tissue-volume', 'template-correlation', 'template-sides'].includes(measure))
        terminal.say(`${(site || measure).padEnd(32)} ${typeof value === 'number' ? value.toFixed(2) : value} ${unit}`);
    const isLabelled = artifacts.some(({ role }) => role === 'segmentation-18');
    if (!isLabelled) terminal.warn('nothing was labelled: the brain was not found');
    terminal.document({ findings: rows, files: [...files, 'volumes.csv'], issues: all });
    return isLabelled ? 0 : 1;
  },
};

interface Row {
  measure: string;
  site: string;
  /** A number, a code, or why there is none. */
  value: number | string;
  unit: string;
  refused: boolean;
  method: string;
  issues: string[];
}

const header = 'measure,site,value,unit,method,issues';

function rowOf({ measure, site, value, methodNote, issues }: FindingDraft): Row {
  const common = {
    ...{ measure: measure.code, site: site?.code ?? '', method: methodNote ?? '' },
    issues: issues.map(({ code }) => code),
  };
  if (value.type === 'quantity') return { ...common, value: value.value, unit: value.unit, refused: false };
  if (value.type === 'refused') return { ...common, value: value.reason, unit: '', refused: true };
  return { ...common, value: value.type === 'code' ? value.code.code : '', unit: '', refused: false };
}

function line({ measure, site, value, unit, method, issues }: Row): string {
  return [measure, site, String(value), unit, method, issues.join(' ')]
    .map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(',');
}

function unique(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((one) => [`${one.code} ${one.message}`, one])).values()];
}
