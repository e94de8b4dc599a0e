import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issue } from '../dossier/issue.ts';
import type { Access, Store } from '../dossier/store.ts';
import type { Subject } from '../dossier/subject.ts';
import type { Plan } from '../plan/buildPlan.ts';
import { findingsJson } from '../report/findingsJson.ts';
import { reportDocument } from '../report/html/document.ts';
import { indexDocument } from '../report/html/index.ts';
import { type Picture, reportModel } from '../report/model.ts';
import { version } from './version.ts';

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
  await rm(join(out, 'artifacts'), { recursive: true, force: true });
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
      const folder = join(out, 'artifacts', id);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, artifact.fileName), bytes);
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
      program,
    });
    const file = several ? `report-${id}.html` : 'report.html';
    await writeFile(join(out, file), reportDocument(model));
    subjects.push({
      subject: dossier.subject,
      report: file,
      findings: dossier.findings.length,
      lines: plan.recommendations.length,
      sources: dossier.sources.length,
    });
    all.subjects.push(dossier.subject);
    all.findings.push(...dossier.findings);
    all.issues.push(
      ...[...model.quality, ...missing, ...runs.flatMap((run) => run.issues)].map((issue) => ({
        ...issue,
        subject: id,
      })),
    );
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
    await writeFile(
      join(out, 'report.html'),
      indexDocument(
        subjects.map((one) => ({ subject: one.subject, file: one.report, sources: one.sources })),
        options.issues,
      ),
    );
  await writeJson(
    join(out, 'findings.json'),
    findingsJson(all.subjects, all.findings, [...all.issues, ...options.issues]),
  );
  await writeJson(join(out, 'plan.json'), {
    asOf: worked[0]?.plan.asOf,
    subjects: all.subjects.map((subject) => ({
      id: subject.id,
      label: subject.label,
      composite: subject.composite,
      synthetic: subject.synthetic,
    })),
    safetyChecks: worked.flatMap((one) => one.plan.safetyChecks),
    recommendations: worked.flatMap((one) => one.plan.recommendations),
  });
  if (bundles.length === 1) await writeJson(join(out, 'bundle.fhir.json'), bundles[0]);
  else
    for (const [i, bundle] of bundles.entries())
      await writeJson(join(out, `bundle-${worked[i].subject}.fhir.json`), bundle);
  return { report: join(out, 'report.html'), subjects: subjects.map(({ sources: _, ...rest }) => rest) };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, null, 1)}\n`);
}
