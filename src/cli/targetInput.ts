import { existsSync, readFileSync, statSync } from 'node:fs';
import type { TargetSettings } from '../brain/target/settings.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Finding } from '../dossier/finding.ts';
import { parseRows } from '../intake/nifti/gradients.ts';

const mostBytes = 50_000_000;

/** A tab-separated table of confounds as rows by column name. Throws `not-found` and `usage`. */
export function tableRows(path: string): { columns: string[]; rows: Record<string, string>[] } {
  const [head, ...lines] = readSmall(path).replace(/\r/g, '').trim().split('\n');
  const columns = head!.split('\t').map((name) => name.trim());
  return {
    columns,
    rows: lines.map((line) => Object.fromEntries(line.split('\t').map((cell, at) => [columns[at] ?? '', cell]))),
  };
}

/**
 * Answers to the list before stimulation, `{"cochlear-implant": "no", ...}`, as findings of the form would say them. Throws
 * `usage` for names that are not of the list and answers other than yes and no.
 */
export function answersOf(path: string, settings: TargetSettings): Finding[] {
  let said: unknown;
  try {
    said = JSON.parse(readSmall(path));
  } catch (cause) {
    throw usage(`${path} is not JSON`, settings, cause);
  }
  if (typeof said !== 'object' || said === null) throw usage(`${path} is no object`, settings);
  return Object.entries(said).map(([id, answer]) => {
    if (!settings.checklist.some((item) => item.id === id) || (answer !== 'yes' && answer !== 'no'))
      throw usage(`${path} says "${id}": ${JSON.stringify(answer)?.slice(0, 20)}`, settings);
    const code = { system: 'idiograph', code: `${settings.form}.${id}`, display: id };
    return {
      ...{
        kind: 'finding' as const,
        id,
        subject: 'files',
        run: 'files',
        slot: id,
        measure: code,
        issues: [],
        derivedFrom: [],
      },
      ...{ value: { type: 'code' as const, code: { system: 'idiograph', code: answer, display: answer } } },
      ...{ method: 'answers file', valueHash: '0'.repeat(64) },
    };
  });
}

/** A 4 x 4 of RAS mm of MNI to RAS mm of the native T1. Throws `usage`. */
export function affineFile(path: string): number[] {
  const rows = parseRows(readSmall(path));
  if (rows?.length !== 4 || rows.some((row) => row.length !== 4) || rows[3]!.join() !== '0,0,0,1')
    throw new IdiographError('usage', `${path} is no 4 x 4 affine`, {
      remedy: 'Give four rows of four numbers, the last 0 0 0 1.',
    });
  return rows.flat();
}

function readSmall(path: string): string {
  if (!existsSync(path)) throw new IdiographError('not-found', `${path} is not there`, { remedy: 'Check the path.' });
  if (statSync(path).size > mostBytes) throw new IdiographError('usage', `${path} is too large`);
  return readFileSync(path, 'utf8');
}

function usage(message: string, { checklist }: TargetSettings, cause?: unknown): IdiographError {
  return new IdiographError('usage', message, {
    ...(cause !== undefined && { cause }),
    remedy: `Give {"item": "yes" or "no"} with items ${checklist.map(({ id }) => id).join(', ')}.`,
  });
}
