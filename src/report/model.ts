import type { Dossier } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Consulted, Run } from '../dossier/run.ts';
import type { Identity } from '../dossier/subject.ts';
import type { Plan } from '../plan/buildPlan.ts';
import { impression, type Sentence } from './impression.ts';
import { keyFindings } from './keyFindings.ts';

export interface Picture {
  artifact: Artifact;
  png: Uint8Array;
}

export interface ReportInput {
  dossier: Dossier;
  identities: readonly Identity[];
  runs: readonly Run[];
  plan: Plan;
  /** What analyses looked for and did not find. */
  missing: readonly Issue[];
  /** Trouble of the import that concerns this subject. */
  importIssues: readonly Issue[];
  pictures: readonly Picture[];
  program: { name: string; version: string };
}

/** A finding with the earlier values of the same measure and place. */
export interface FindingView {
  finding: Finding;
  /** Oldest first, the shown one last; only when there are at least two dated quantities. */
  course: { time: string; value: number }[];
}

export interface RoomSection {
  room: string;
  title: string;
  findings: FindingView[];
  pictures: Picture[];
  runs: Run[];
  issues: Issue[];
}

export interface ReportModel {
  input: ReportInput;
  present: { what: string; when: string[]; count: number; sources: string[] }[];
  absent: Issue[];
  sentences: Sentence[];
  key: FindingView[];
  rooms: RoomSection[];
  consulted: Consulted[];
  /** Issues of sources and import, without repetition. */
  quality: Issue[];
}

const roomTitles: Record<string, string> = {
  clinical: 'Clinical record',
  psychosocial: 'Psychosocial evaluation and patient-reported outcomes',
  genomics: 'Genome and drugs',
  brain: 'Brain',
  imaging: 'Quantitative imaging',
};

/** Everything that a report says, before anybody decides how it looks. Pure and sorted. */
export function reportModel(input: ReportInput): ReportModel {
  const views = currentViews(input.dossier.findings);
  const runById = new Map(input.runs.map((run) => [run.id, run]));
  const roomOf = (runId: string) => runById.get(runId)?.key.analysis.split('.')[0] ?? 'other';
  const rooms = [...new Set([...Object.keys(roomTitles), ...views.map((view) => roomOf(view.finding.run))])]
    .map((room): RoomSection => {
      const runs = input.runs.filter((run) => run.key.analysis.startsWith(`${room}.`));
      return {
        room,
        title: roomTitles[room] ?? room,
        findings: views.filter((view) => roomOf(view.finding.run) === room),
        pictures: input.pictures.filter((picture) => roomOf(picture.artifact.run) === room),
        runs,
        issues: distinct(runs.flatMap((run) => run.issues)),
      };
    })
    .filter((section) => section.findings.length > 0 || section.runs.length > 0);
  const key = keyFindings(views);
  const consulted = new Map<string, Consulted>();
  for (const one of input.runs.flatMap((run) => run.key.consulted)) consulted.set(`${one.type} ${one.id}`, one);
  return {
    input,
    present: dataPresent(input.dossier),
    absent: distinct(input.missing),
    sentences: impression(input.plan, key, input.missing),
    key,
    rooms,
    consulted: [...consulted.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
    quality: distinct([...input.importIssues, ...input.dossier.sources.flatMap((source) => source.issues)]),
  };
}

/** The latest finding of each measure and place, with its course over time. */
export function currentViews(findings: readonly Finding[]): FindingView[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const place = `${finding.measure.code}|${finding.region ?? finding.site?.code ?? ''}|${finding.reader ?? ''}`;
    groups.set(place, [...(groups.get(place) ?? []), finding]);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const byTime = [...group].sort(
        (a, b) => (a.time ?? '9999').localeCompare(b.time ?? '9999') || a.id.localeCompare(b.id),
      );
      const dated = byTime.flatMap((finding) =>
        finding.time !== undefined && finding.value.type === 'quantity'
          ? [{ time: finding.time, value: finding.value.value }]
          : [],
      );
      return { finding: byTime.at(-1)!, course: dated.length >= 2 ? dated : [] };
    });
}

function dataPresent(dossier: Dossier): ReportModel['present'] {
  const groups = new Map<string, { when: Set<string>; sources: string[] }>();
  for (const source of dossier.sources) {
    const what =
      source.contrast && source.contrast !== 'unknown' ? `${source.modality} ${source.contrast}` : source.modality;
    const group = groups.get(what) ?? { when: new Set<string>(), sources: [] };
    if (source.acquiredAt) group.when.add(source.acquiredAt.slice(0, 10));
    group.sources.push(source.id);
    groups.set(what, group);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([what, group]) => ({
      what,
      when: [...group.when].sort(),
      count: group.sources.length,
      sources: group.sources,
    }));
}

export function distinct(issues: readonly Issue[]): Issue[] {
  const seen = new Map<string, Issue>();
  for (const one of issues) seen.set(`${one.code}|${one.message}|${one.place ?? ''}`, one);
  return [...seen.values()];
}
