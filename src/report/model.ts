import type { Dossier } from '../dossier/analysis.ts';
import type { Artifact } from '../dossier/artifact.ts';
import type { Finding } from '../dossier/finding.ts';
import type { Issue } from '../dossier/issue.ts';
import { roomNamed, roomOfAnalysis, rooms } from '../dossier/rooms.ts';
import type { Consulted, Run } from '../dossier/run.ts';
import type { Source } from '../dossier/source.ts';
import type { Identity } from '../dossier/subject.ts';
import type { Plan } from '../plan/buildPlan.ts';
import type { Curve } from './curves.ts';
import { impression, type Sentence } from './impression.ts';
import { type KeyFinding, keyFindings } from './keyFindings.ts';
import type { KeyImage } from './keyImages.ts';
import { type MedicationDoubt, medicationDoubt } from './medicationDoubt.ts';
import { distinct } from './notes.ts';
import { parentsOf, recordsOf } from './records.ts';
import type { ReportReview } from './review.ts';
import type { CoursePoint } from './trendPlot.ts';

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
  /** Curves that analyses fitted. */
  curves?: readonly Curve[] | undefined;
  /** Pictures that readers chose. */
  keyImages?: readonly KeyImage[] | undefined;
  program: { name: string; version: string };
  /** Decisions and signature; without it the page is a draft. */
  review?: ReportReview | undefined;
}

/** A finding with its place in words and the earlier values of the same measure and place. */
export interface FindingView {
  finding: Finding;
  /** `CYP2D6`, `Hippocampus, left`, the label of a region; undefined when the measure is about the whole person. */
  place: string | undefined;
  /** Oldest first, the shown one last; only when there are at least two dated quantities. */
  course: CoursePoint[];
}

export interface RoomSection {
  room: string;
  title: string;
  findings: FindingView[];
  pictures: Picture[];
  runs: Run[];
  /** Trouble of the runs themselves, without repetition. */
  issues: Issue[];
  /** Sources that the runs of the room read, directly or through what was made of them. */
  sources: Source[];
}

export interface ReportModel {
  input: ReportInput;
  present: { what: string; when: string[]; count: number; sources: string[] }[];
  absent: Issue[];
  sentences: Sentence[];
  /** Sources that were imported and not worked up since. */
  unread: Source[];
  key: KeyFinding[];
  /** The next ones in the order of consequence: page one names them in a line. */
  keyFolded: KeyFinding[];
  rooms: RoomSection[];
  consulted: Consulted[];
  /** Issues of sources and import, without repetition. */
  quality: Issue[];
  medicationDoubt: MedicationDoubt | undefined;
  /** Sources by path, so that a page can call them S1, S2, ... */
  sources: Source[];
}

/** Kinds of data as a reader calls them; DICOM modalities that are not here stand as they are. */
export const dataWords: Record<string, string> = {
  PT: 'PET',
  RTSTRUCT: 'contours (RTSTRUCT)',
  SEG: 'segments (SEG)',
  answers: 'questionnaires',
  record: 'clinical record',
  stats: 'statistics of another program',
  table: 'tables',
};

/** Everything that a report says, before anybody decides how it looks. Pure and sorted. */
export function reportModel(input: ReportInput): ReportModel {
  const { dossier, plan } = input;
  const views = currentViews(dossier.findings, dossier.regions);
  const roomByRun = new Map(input.runs.map((run) => [run.id, roomOfAnalysis(run.key.analysis)]));
  const roomOf = (runId: string) => roomByRun.get(runId) ?? 'other';
  const byRoom = Map.groupBy(views, ({ finding }) => roomOf(finding.run));
  const sources = [...dossier.sources].sort((a, b) => order(a.path, b.path) || order(a.id, b.id));
  const sections = [...new Set([...rooms.map(({ id }) => id), ...[...byRoom.keys()].sort()])]
    .map((room): RoomSection => {
      const runs = input.runs.filter((run) => roomOf(run.id) === room);
      const read = new Set(
        sourcesBehind(
          runs.flatMap((run) => run.key.inputs),
          dossier,
        ),
      );
      return {
        room,
        title: roomNamed(room)?.title ?? room,
        findings: byRoom.get(room) ?? [],
        pictures: input.pictures.filter((picture) => roomOf(picture.artifact.run) === room),
        runs,
        issues: distinct(runs.flatMap((run) => run.issues)),
        sources: sources.filter((source) => read.has(source.id)),
      };
    })
    .filter((section) => section.findings.length > 0 || section.runs.length > 0);
  const { shown: key, folded: keyFolded } = keyFindings(views);
  const unread = unreadSources(input);
  const consulted = new Map<string, Consulted>();
  for (const one of input.runs.flatMap((run) => run.key.consulted)) consulted.set(`${one.type} ${one.id}`, one);
  return {
    input,
    present: dataPresent(dossier),
    absent: distinct(input.missing),
    sentences: impression(plan, key, input.missing, unread),
    unread,
    key,
    keyFolded,
    rooms: sections,
    consulted: [...consulted.entries()].sort(([a], [b]) => order(a, b)).map(([, one]) => one),
    quality: distinct([...input.importIssues, ...dossier.sources.flatMap((source) => source.issues)]),
    medicationDoubt: medicationDoubt(dossier, plan),
    sources,
  };
}

/**
 * Sources with medicines or allergies, and before the first work-up with answers, of which no run has read a single one.
 * Without this, an answer that lies in one of them would read as not given. A form that nobody can score stays unread
 * for good, so that answers are not asked about later.
 */
function unreadSources({ dossier, runs }: ReportInput): Source[] {
  const read = new Set(runs.flatMap((run) => run.key.inputs));
  const types = runs.length === 0 ? ['response', 'medication', 'allergy'] : ['medication', 'allergy'];
  const told = new Map<string, boolean>();
  for (const { id, source, type } of dossier.facts)
    if (types.includes(type)) told.set(source, (told.get(source) ?? false) || read.has(id));
  return dossier.sources.filter(({ id }) => told.get(id) === false);
}

/** The latest finding of each measure and place, with its course over time. An undated one counts as the latest. */
export function currentViews(findings: readonly Finding[], regions: Dossier['regions'] = []): FindingView[] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const place = `${finding.measure.code}|${finding.region ?? finding.site?.code ?? ''}|${finding.laterality ?? ''}|${finding.reader ?? ''}`;
    const group = groups.get(place);
    if (group === undefined) groups.set(place, [finding]);
    else group.push(finding);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => order(a, b))
    .map(([, group]) => {
      const byTime = [...group].sort((a, b) => order(a.time ?? '9999', b.time ?? '9999') || order(a.id, b.id));
      const finding = byTime.at(-1)!;
      const quantities = byTime.flatMap(({ time, value }) =>
        time !== undefined && value.type === 'quantity' ? [{ time, value: value.value, unit: value.unit }] : [],
      );
      // Numbers of another unit would draw a fall or rise that was none.
      const unit = quantities.at(-1)?.unit;
      const dated = quantities.flatMap((one) => (one.unit === unit ? [{ time: one.time, value: one.value }] : []));
      return { finding, place: placeOf(finding, regions), course: dated.length >= 2 ? dated : [] };
    });
}

/** Site or region in words. Two regions of one name are told apart by their numbers. */
export function placeOf(finding: Finding, regions: Dossier['regions']): string | undefined {
  const region = regions.find((one) => one.id === finding.region);
  const site = finding.site?.display;
  const twins = region && regions.some((one) => one.id !== region.id && one.label === region.label);
  const name = region ? `${region.label || site || 'region'}${twins ? ` (number ${region.number})` : ''}` : site;
  return name !== undefined && finding.laterality ? `${name}, ${finding.laterality}` : name;
}

/** Ids of the sources at the end of every chain that starts at one of these ids. */
export function sourcesBehind(ids: readonly string[], dossier: Dossier): string[] {
  const records = recordsOf(dossier);
  const seen = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    open.push(...parentsOf(records.get(id)));
  }
  return [...seen].filter((id) => records.get(id)?.kind === 'source').sort(order);
}

function dataPresent(dossier: Dossier): ReportModel['present'] {
  const groups = new Map<string, { when: Set<string>; sources: string[] }>();
  for (const source of dossier.sources) {
    const kind = dataWords[source.modality] ?? source.modality;
    const what = source.contrast && source.contrast !== 'unknown' ? `${kind} ${source.contrast}` : kind;
    const group = groups.get(what) ?? { when: new Set<string>(), sources: [] };
    if (source.acquiredAt) group.when.add(source.acquiredAt.slice(0, 10));
    group.sources.push(source.id);
    groups.set(what, group);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => order(a, b))
    .map(([what, group]) => ({
      what,
      when: [...group.when].sort(order),
      count: group.sources.length,
      sources: group.sources,
    }));
}

/** By code unit, never by locale: equal dossiers must give equal pages on every machine. */
function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
