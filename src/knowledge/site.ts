import { readdirSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { IdiographError } from '../dossier/errors.ts';
import { type KnowledgeFile, knowledgeDirectory, loadKnowledge } from './load.ts';

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** What a site may replace: what the work-up of a genome, the plan and the questionnaires read. */
const replaceable = /^(genomics|plan|psychosocial)\//;

/** Official forms of a site: FHIR Questionnaires. They are shown, not consulted; who shows a form reads them. */
export const siteForm = /^forms\/[^/]+\.json$/;

/**
 * The knowledge of a site: a folder whose files stand as in knowledge/ (`genomics/guidance/site.json`) and go before
 * those that ship. All of them are read here, so that a broken one stops before any work. Throws `usage` when there is no
 * such folder or when it holds what nothing would read, `knowledge-invalid` for a file that does not say what it is.
 */
export function siteKnowledge(given: string): { directory: string; files: KnowledgeFile[] } {
  const directory = resolve(given);
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new IdiographError('usage', `--knowledge ${given} is not a folder`, {
      remedy: 'Name a folder whose files stand as in knowledge/, such as genomics/guidance/site.json.',
    });
  }
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.split(sep).join('/'))
    .filter((path) => !siteForm.test(path))
    .sort();
  const unread = paths.filter((path) => !replaceable.test(path) || !isFile(join(knowledgeDirectory, path)));
  if (unread.length > 0) {
    throw new IdiographError('usage', `nothing reads ${unread.join(', ')} of --knowledge ${given}`, {
      remedy:
        'Name each file as one of knowledge/genomics, knowledge/plan or knowledge/psychosocial/{conversions,banks} is named; what is added goes into genomics/guidance/site.json.',
    });
  }
  return { directory, files: paths.map((path) => loadKnowledge(path, directory)) };
}
