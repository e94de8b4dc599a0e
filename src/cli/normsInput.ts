import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import type { Issue } from '../dossier/issue.ts';
import { defaultLimits } from '../intake/format.ts';
import { inputFile } from '../intake/inputFile.ts';
import { readTable } from '../intake/table/csv.ts';
import type { Rule } from '../norms/adapt.ts';
import { type People, readPeople } from '../norms/people.ts';
import { openReference, referencesOf } from '../norms/published.ts';
import { parseReference, type Reference } from '../norms/reference.ts';
import { installedPack, packsDirectory } from '../packs/registry.ts';
import type { Terminal } from './command.ts';
import { oneLine } from './terminal.ts';

/** A reference file of ours may be as large as its models; larger ones are none. */
const referenceBytes = 256 * 2 ** 20;

/** `PACK/MODEL` of an installed pack, or the path of a file that `reference fit` wrote. */
export async function namedReference(name: string, packs: string | undefined): Promise<Reference> {
  const file = statSync(name, { throwIfNoEntry: false });
  if (file?.isFile()) {
    if (file.size > referenceBytes) throw new IdiographError('usage', `${oneLine(name)} is too large for a reference`);
    return parseReference(readFileSync(name, 'utf8'), basename(name));
  }
  const [id, model, ...more] = name.split('/');
  if (!id || more.length > 0) {
    throw new IdiographError('not-found', `there is no reference ${oneLine(name)}`, {
      remedy: 'Name PACK/MODEL, such as braincharts/lifespan_57K_82sites, or a file of "idiograph reference fit".',
    });
  }
  const pack = await installedPack(id, packs ?? packsDirectory());
  if (!pack) {
    throw new IdiographError('not-found', `pack ${oneLine(id)} is not installed`, {
      remedy: `idiograph packs add ${oneLine(id)} --from DIR`,
    });
  }
  if (!model) {
    throw new IdiographError('usage', `${oneLine(name)} names no model`, {
      remedy: `It has: ${referencesOf(id).join(', ') || 'no reference'}.`,
    });
  }
  return openReference(pack, model);
}

/** A table of people, or undefined when it cannot be read; what was found is said. */
export async function peopleOf(
  path: string,
  terminal: Terminal,
): Promise<{ people: People; issues: Issue[] } | { refused: Issue }> {
  const stat = statSync(path);
  if (stat.isDirectory())
    throw new IdiographError('usage', `${oneLine(path)} is a folder`, { remedy: 'Name one table.' });
  const read = await readTable(inputFile(path, basename(path)), defaultLimits);
  if ('refused' in read) {
    sayIssues([read.refused], terminal);
    return { refused: read.refused };
  }
  return { people: readPeople(read.table, basename(path)), issues: read.issues };
}

export function sayIssues(issues: readonly Issue[], terminal: Terminal): void {
  for (const { severity, message, place, remedy } of issues) {
    if (severity !== 'info')
      terminal.warn(oneLine(`${severity}: ${message}${place ? ` (${place})` : ''}${remedy ? ` ${remedy}` : ''}`));
  }
}

export function ruleOf(text: string | undefined): Rule | undefined {
  if (text === undefined) return undefined;
  const rule = text.toUpperCase();
  if (rule === 'A' || rule === 'B' || rule === 'C') return rule;
  throw new IdiographError('usage', `there is no rule ${oneLine(text)}`, { remedy: '--rule A, B or C; without, B.' });
}

/** What of a reference goes beside its numbers. */
export function aboutReference({
  models,
  people: _people,
  training: _training,
  units: _units,
  adaptations: _adaptations,
  retest: _retest,
  ...about
}: Reference) {
  return { ...about, measures: Object.keys(models).length };
}
