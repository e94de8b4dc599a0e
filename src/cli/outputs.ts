import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issue } from '../dossier/issue.ts';
import type { Run } from '../dossier/run.ts';
import type { Source } from '../dossier/source.ts';
import type { Access, Store } from '../dossier/store.ts';
import type { Subject } from '../dossier/subject.ts';
import type { Plan } from '../plan/buildPlan.ts';
import { readCurves } from '../report/curves.ts';
import { findingsJson } from '../report/findingsJson.ts';
import { reportDocument } from '../report/html/document.ts';
import { indexDocument } from '../report/html/index.ts';
import { readKeyImages } from '../report/keyImages.ts';
import { type Picture, reportModel } from '../report/model.ts';
import { forReport } from '../review/forReport.ts';
import { loadReview } from '../review/load.ts';
import { reviewRules } from '../review/rules.ts';
import { reviewState } from '../review/state.ts';
import { version } from './version.ts';
import { isLeft, writeWhole } from './wholeFile.ts';

export interface Worked {
  subject: string;
  plan: Plan;
  missing: Issue[];
}

export interface Outputs {
  /** `report.html`; with several subjects an index page beside one report each. */
  report: string;
  subjects: { subject: Subject; report: string; findings: number; lines: number }[];
}

/**
 * Writes what leaves: report.html, findings.json, plan.json, bundle.fhir.json and artifacts/. Subjects are never mixed on
 * a page: several of them get a report each and report.html names them. Equal dossiers give equal files.
 */
export async function writeOutputs(
  store: Store,
  worked: readonly Worked[],
  out: string,
  options: { access: Access; issues: readonly Issue[] },
): Promise<Outputs> {
  const reader = store.reading(options.access);
  const { toFhirBundle } = await import('../exchange/fhirBundle.ts');
  const program = { name: 'idiograph', version: version() };
  await mkdir(out, { recursive: true });
  const written = new Set<string>();
  const put = (path: string, content: string | Uint8Array) => {
    writeWhole(join(out, path), content);
    written.add(path);
  };
  const several = worked.length > 1;
  const subjects: (Outputs['subjects'][number] & { sources: number })[] = [];
  const all = {
    subjects: [] as Subject[],
    findings: [] as Parameters<typeof findingsJson>[1][number][],
    issues: [] as (Issue & { subject?: string })[],
  };
  const bundles: unknown[] = [];

  for (const { subject: id, plan, missing } of worked) {
    store.noteAccess(options.access, id, 'report');
    const [dossier, identities, runs, imports] = await Promise.all([
      reader.dossier(id),
      reader.list(id, 'identity'),
      reader.list(id, 'run'),
      reader.list(id, 'import'),
    ]);
    const pictures: Picture[] = [];
    for (const artifact of dossier.artifacts) {
      const bytes = await reader.blob(id, artifact.blob);
      put(join('artifacts', id, artifact.fileName), bytes);
      if (artifact.type === 'picture' && artifact.mediaType === 'image/png') pictures.push({ artifact, png: bytes });
    }
    // Banners hold for the latest import: an earlier one may have named people who are joined by now.
    const importIssues = imports.sort((a, b) => a.at.localeCompare(b.at)).at(-1)?.issues ?? [];
    // The plan and the settling of what is current are runs of the program's own, not of a room.
    const analysisRuns = runs.filter((run) => !['plan.rules', 'workup.settlement'].includes(run.key.analysis));
    const model = reportModel({
      dossier,
      identities,
      runs: analysisRuns,
      plan,
      missing,
      importIssues,
      pictures,
      curves: await readCurves(reader, dossier),
      keyImages: await readKeyImages(reader, dossier),
      program,
      review: forReport(reviewState(await loadReview(reader, plan), reviewRules())),
    });
    const file = several ? `report-${id}.html` : 'report.html';
    put(file, reportDocument(model));
    subjects.push({
      subject: dossier.subject,
      report: file,
      findings: dossier.findings.length,
      lines: plan.recommendations.length,
      sources: dossier.sources.length,
    });
    all.subjects.push(dossier.subject);
    all.findings.push(...dossier.findings);
    const ofSubject = [
      ...importIssues,
      ...dossier.sources.flatMap((source) => source.issues.map((issue) => placedAt(issue, [source.path]))),
      ...missing,
      ...runs.flatMap((run) => run.issues.map((issue) => placedAt(issue, pathsRead(run, dossier.sources)))),
    ];
    all.issues.push(...distinctIssues(ofSubject).map((issue) => ({ ...issue, subject: id })));
    const { safetyChecks, recommendations } = plan;
    bundles.push(
      toFhirBundle({
        subject: dossier.subject,
        identities,
        sources: dossier.sources,
        findings: dossier.findings,
        runs: analysisRuns,
        artifacts: dossier.artifacts,
        recommendations,
        safetyChecks,
        generatedBy: program,
      }),
    );
  }
  if (several)
    put(
      'report.html',
      indexDocument(
        subjects.map((one) => ({ subject: one.subject, file: one.report, sources: one.sources })),
        options.issues,
      ),
    );
  // What is said of a subject's own files is not said again of nobody's.
  const said = new Set(all.issues.map(keyOf));
  const others = options.issues.filter((issue) => !said.has(keyOf(issue)));
  put('findings.json', jsonText(findingsJson(all.subjects, all.findings, [...all.issues, ...others])));
  const plans = {
    asOf: worked[0]?.plan.asOf,
    subjects: all.subjects.map((subject) => ({
      id: subject.id,
      label: subject.label,
      composite: subject.composite,
      synthetic: subject.synthetic,
    })),
    safetyChecks: worked.flatMap((one) => one.plan.safetyChecks),
    recommendations: worked.flatMap((one) => one.plan.recommendations),
  };
  put('plan.json', jsonText(plans));
  if (bundles.length === 1) put('bundle.fhir.json', jsonText(bundles[0]));
  else for (const [i, bundle] of bundles.entries()) put(`bundle-${worked[i].subject}.fhir.json`, jsonText(bundle));
  await removeStale(out, written);
  return { report: join(out, 'report.html'), subjects: subjects.map(({ sources: _, ...rest }) => rest) };
}

/** `findings.json` of a folder in which nothing could be read. Results of an earlier run stay as they are. */
export async function writeRefusals(out: string, issues: readonly Issue[]): Promise<void> {
  if (existsSync(join(out, 'findings.json'))) return;
  writeWhole(join(out, 'findings.json'), jsonText(findingsJson([], [], issues)));
}

/** Each issue once, in order. */
export function distinctIssues(issues: readonly Issue[]): Issue[] {
  return [...new Map(issues.map((issue) => [keyOf(issue), issue])).values()];
}

function keyOf({ code, place, message }: Issue): string {
  return JSON.stringify([code, place, message]);
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

const ownNames = /^(report-S\d+\.html|bundle(-S\d+)?\.fhir\.json)$/;

/** Takes away what an earlier run wrote here and this one did not: reports of subjects that are joined by now, artifacts. */
async function removeStale(out: string, written: ReadonlySet<string>): Promise<void> {
  const here = (await readdir(out)).filter((name) => ownNames.test(name) || isLeft(name));
  const artifacts = await readdir(join(out, 'artifacts'), { recursive: true, withFileTypes: true }).catch(() => []);
  const kept = artifacts.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const name of here) if (!written.has(name)) await rm(join(out, name), { force: true });
  for (const path of kept) if (!written.has(path.slice(out.length + 1))) await rm(path, { force: true });
}

function pathsRead(run: Run, sources: readonly Source[]): string[] {
  return sources.filter(({ id }) => run.key.inputs.includes(id)).map(({ path }) => path);
}

/** A place that begins with a file: a script sees many files at once, while the record need not repeat its own name. */
function placedAt(issue: Issue, paths: readonly string[]): Issue {
  const [path] = paths;
  if (path === undefined) return issue;
  if (issue.place === undefined) return { ...issue, place: paths.slice(0, 3).join(', ') };
  const isFile = issue.place.startsWith(path) || issue.place.includes('/');
  return isFile || paths.length > 1 ? issue : { ...issue, place: `${path}: ${issue.place}` };
}
