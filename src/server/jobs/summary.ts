import type { FileReport, ImportReport } from '../../intake/importReport.ts';
import type { Plan } from '../../plan/buildPlan.ts';
import type { WorkupReport } from '../../workup/workup.ts';
import type { Imported, JobFile, WorkedSubject } from './job.ts';

/** What an import recognised, in numbers and by subject, and what became of each file. */
export function summariseImport(report: ImportReport): { imported: Imported; files: JobFile[] } {
  const subjectOf = new Map<string, string>();
  for (const { subject, added, duplicates } of report.subjects)
    for (const source of [...added, ...duplicates]) subjectOf.set(source, subject);
  const files = report.files.map((file, number) => jobFile(file, number, subjectOf));
  const count = (outcome: JobFile['outcome']) => files.filter((file) => file.outcome === outcome).length;
  const ofFiles = new Set(
    files.flatMap(({ issue }) => (issue === undefined ? [] : [`${issue.code} ${issue.message} ${issue.place}`])),
  );
  return {
    files,
    imported: {
      files: { recognised: count('recognised'), refused: count('refused'), ignored: count('ignored') },
      subjects: report.subjects.map((one) => ({
        subject: one.subject,
        label: one.label,
        created: one.created,
        composite: one.composite,
        synthetic: one.synthetic,
        claims: one.claims,
        added: one.added.length,
        duplicates: one.duplicates.length,
        superseded: one.superseded.length,
        facts: one.facts,
        regions: one.regions,
        formats: formatsOf(one.subject, files),
        issues: one.issues.filter((issue) => !ofFiles.has(`${issue.code} ${issue.message} ${issue.place}`)),
      })),
      issues: report.issues.filter((issue) => !ofFiles.has(`${issue.code} ${issue.message} ${issue.place}`)),
    },
  };
}

function jobFile(file: FileReport, number: number, subjectOf: ReadonlyMap<string, string>): JobFile {
  const { path } = file;
  if ('refused' in file) return { number, outcome: 'refused', path, issue: file.refused };
  if ('ignored' in file) return { number, outcome: 'ignored', path, issue: file.ignored };
  const subjects = [...new Set(file.sources.flatMap((source) => subjectOf.get(source) ?? []))];
  return { number, outcome: 'recognised', path, format: file.format, subjects };
}

function formatsOf(subject: string, files: readonly JobFile[]): { format: string; files: number }[] {
  const counts = new Map<string, number>();
  for (const { format, subjects } of files)
    if (format !== undefined && subjects?.includes(subject)) counts.set(format, (counts.get(format) ?? 0) + 1);
  return [...counts].map(([format, files]) => ({ format, files })).sort((a, b) => b.files - a.files);
}

/** What a work-up did, in numbers; the findings are in the store. */
export function summariseWorkup(report: WorkupReport, plan: Plan): WorkedSubject {
  const count = (state: string) => report.outcomes.filter((one) => one.state === state).length;
  const urgent = [...plan.safetyChecks, ...plan.recommendations].filter(({ urgency }) => urgency === 'now');
  return {
    subject: report.subject,
    computed: count('computed'),
    cached: count('cached'),
    failed: count('failed'),
    issues: report.issues,
    planLines: plan.recommendations.length,
    actNow: urgent.length,
  };
}
