import type { Artifact } from '../dossier/artifact.ts';
import type { Issue } from '../dossier/issue.ts';
import type { Consulted } from '../dossier/run.ts';
import { dayOf } from '../dossier/words.ts';
import { type DeviationPicture, deviationPicture } from './brain/deviationPicture.ts';
import { sourceNumber } from './chain.ts';
import { type CurvePlot, curvePlot } from './curvePlot.ts';
import type { ReportModel, RoomSection } from './model.ts';
import { type TrialView, trialViews } from './nof1/view.ts';
import { type Notebook, notebook, prevailing } from './notes.ts';
import { type PainPicture, painPicture } from './pain/picture.ts';
import { type PsychosocialView, psychosocialView } from './psychosocial/view.ts';
import { shareOut } from './roomViews/index.ts';
import type { RoomView } from './roomViews/view.ts';
import { findingTable } from './tables/findingTable.ts';
import { gridTable } from './tables/gridTable.ts';
import { guidanceTable } from './tables/guidanceTable.ts';
import { matrixTable } from './tables/matrixTable.ts';
import { scoreTable } from './tables/scoreTable.ts';
import { slug, type TableModel } from './tables/table.ts';

/** Everything that a room says of one subject, fit for JSON: the section of the printed report and a live page. */
export interface RoomPage {
  room: string;
  title: string;
  /** Cautions that at least half of the findings carry. */
  quality: Issue[];
  sources: SourceLine[];
  runs: RunLine[];
  /** Packs that the runs consulted. */
  packs: Consulted[];
  findings: number;
  /** The room's own tables in their order. */
  tables: TableModel[];
  /** Findings that no table of the room takes. */
  rest?: TableModel;
  pictures: PictureLine[];
  /** Curves with their fits. */
  curves: CurvePlot[];
  /** Everything to be read with the tables, numbered from 1 as they refer to it; the trouble of the runs among it. */
  notes: Issue[];
  /** Trouble of the runs themselves. */
  issues: Issue[];
  /** How the findings were made, in words. */
  methods: string[];
  /** The room's own part, where it has one. */
  pain?: PainPicture;
  /** Pictures of deviations from a reference, where the brain has any. */
  deviations?: DeviationPicture;
  /** Profile, scores over time and diary; the psychosocial room alone has them. */
  psychosocial?: PsychosocialView;
  /** The room of single-patient trials alone has them. */
  trials?: TrialView[];
}

/** A source that the room read, by its number in the table of sources (S1, S2, ...). */
export interface SourceLine {
  id: string;
  number: number;
  what: string;
  day: string;
  description?: string;
  path: string;
}

export interface RunLine {
  id: string;
  analysis: string;
  version: string;
  title: string;
  /** Page of docs/methods/ and what the method cannot do, where `about` names them. */
  methodPage?: string;
  limits?: string[];
}

/** A picture by the id of its artifact: no bytes. */
export interface PictureLine {
  artifact: string;
  title: string;
  day: string;
  caption: string;
  /** Colours of the label map that it was drawn from. */
  legend: { name: string; color: string }[];
}

/** What the registry of analyses knows and a dossier does not; by id of the analysis. */
export type AboutAnalyses = ReadonlyMap<string, { method: string; limits?: readonly string[] }>;

/** `about` names the method page of each analysis; without it the page names analysis and version alone. */
export function roomPage(model: ReportModel, room: RoomSection, about: AboutAnalyses = new Map()): RoomPage {
  const book = notebook();
  const deviations = room.room === 'brain' ? deviationPicture(model.input.dossier.findings) : undefined;
  const { taken, rest } = shareOut(room.room, room.findings);
  const tables = taken.map(({ view, findings }) => tableOf(view, room.room, findings, model, book));
  const restTable = rest.length > 0 ? findingTable(`${room.room}-findings`, 'Findings', rest, model, book) : undefined;
  book.refs(room.issues);
  return {
    room: room.room,
    title: room.title,
    quality: prevailing(room.findings.map((view) => view.finding)),
    sources: room.sources.map((source) => ({
      id: source.id,
      number: sourceNumber(source.id, model),
      what: [source.modality, source.contrast === 'unknown' ? undefined : source.contrast].filter(Boolean).join(' '),
      day: dayOf(source.acquiredAt),
      ...(source.description ? { description: source.description } : {}),
      path: source.path,
    })),
    runs: room.runs.map(({ id, key, title }) => {
      const known = about.get(key.analysis);
      return {
        id,
        analysis: key.analysis,
        version: key.version,
        title,
        ...(known ? { methodPage: known.method } : {}),
        ...(known?.limits ? { limits: [...known.limits] } : {}),
      };
    }),
    packs: packsOf(room),
    findings: room.findings.length,
    tables,
    ...(restTable ? { rest: restTable } : {}),
    pictures: picturesOf(room, model),
    curves: curvesOf(room, model),
    notes: [...book.issues],
    issues: room.issues,
    methods: [...new Set(room.findings.map((view) => view.finding.method))].sort(),
    ...(deviations ? { deviations } : {}),
    ...(room.room === 'pain' ? { pain: painPicture(model) } : {}),
    ...(room.room === 'nof1' ? { trials: trialViews(model) } : {}),
    ...(room.room === 'psychosocial' ? { psychosocial: psychosocialView(model) } : {}),
  };
}

function tableOf(
  view: RoomView,
  room: string,
  findings: RoomSection['findings'],
  model: ReportModel,
  book: Notebook,
): TableModel {
  const id = `${room}-${view.type}-${slug(view.title)}`;
  switch (view.type) {
    case 'matrix':
      return matrixTable(id, view, findings, model, book);
    case 'grid':
      return gridTable(id, view, findings, model, book);
    case 'scores':
      return scoreTable(id, view.title, findings, book);
    case 'guidance':
      return guidanceTable(id, view.title, findings, model, book);
  }
}

function packsOf(room: RoomSection): Consulted[] {
  const packs = new Map<string, Consulted>();
  for (const one of room.runs.flatMap((run) => run.key.consulted))
    if (one.type === 'pack') packs.set(`${one.id} ${one.version} ${one.licence}`, one);
  return [...packs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** Pictures that the runs of the room made, whether or not their bytes were handed over. */
function picturesOf(room: RoomSection, model: ReportModel): PictureLine[] {
  const runs = new Set(room.runs.map((run) => run.id));
  return model.input.dossier.artifacts
    .filter((one) => one.type === 'picture' && one.mediaType === 'image/png' && runs.has(one.run))
    .map((artifact) => ({
      artifact: artifact.id,
      title: artifact.title,
      day: dayOf(artifact.time),
      caption: captionOf(artifact),
      legend: legendOf(artifact, model),
    }));
}

/** Curves that the runs of the room made. */
function curvesOf(room: RoomSection, { input }: ReportModel): CurvePlot[] {
  const runs = new Set(room.runs.map((run) => run.id));
  return (input.curves ?? [])
    .filter(({ artifact }) => runs.has(artifact.run))
    .map(({ artifact, figure }) => curvePlot(artifact.id, figure, dayOf(artifact.time)));
}

function captionOf({ title, time }: Artifact): string {
  const stop = /[.!?]$/.test(title) ? '' : '.';
  const day = title.includes(dayOf(time)) ? '' : ` ${dayOf(time)}.`;
  return `${title}${stop}${day} For orientation, not for reading.`;
}

/** Colours of the label map that the picture was drawn from, when it states them. */
function legendOf(artifact: Artifact, model: ReportModel): PictureLine['legend'] {
  return model.input.dossier.artifacts
    .filter((one) => artifact.derivedFrom.includes(one.id))
    .flatMap((one) => one.labels ?? [])
    .flatMap(({ value, name, color }) => (color && value !== 0 ? [{ name, color }] : []));
}
