import type { Analysis, Dossier, InstalledPack, RunContext } from '../dossier/analysis.ts';
import { type ArtifactDraft, ArtifactDraft as ArtifactDraftSchema, artifactId } from '../dossier/artifact.ts';
import type { Json } from '../dossier/canonical.ts';
import { IdiographError } from '../dossier/errors.ts';
import { FindingDraft, findingFromDraft } from '../dossier/finding.ts';
import type { ImageHandle } from '../dossier/image.ts';
import { Issue } from '../dossier/issue.ts';
import type { BlobAccess } from '../intake/format.ts';
import { loadKnowledge } from '../knowledge/load.ts';
import type { Surroundings } from './surroundings.ts';

/** One run that is to be made. Everything but the analysis itself is plain data and crosses threads. */
export interface Task {
  run: string;
  analysis: Analysis;
  inputs: Record<string, string[]>;
  options: Record<string, Json>;
  /** Inputs only: `dossierForRun`. */
  dossier: Dossier;
}

/** What a run handed over, checked, in the order of emission. */
export interface Drafts {
  findings: FindingDraft[];
  artifacts: ArtifactDraft[];
  issues: Issue[];
}

/** The line between a run and whoever waits for it. */
export interface Line {
  signal: AbortSignal;
  /** True once the run should stop; unlike the signal it is seen from inside a long synchronous loop. */
  stopped(): boolean;
  progress(fraction: number, doing: string | undefined): void;
}

/**
 * Runs one analysis on its inputs and collects what it emits. Nothing is written.
 * Throws what the analysis throws, `usage` when it reaches for something undeclared or emits something invalid,
 * and `aborted` when the line says stop.
 */
export async function perform(task: Task, surroundings: Surroundings, blobs: BlobAccess, line: Line): Promise<Drafts> {
  const { analysis, dossier, run } = task;
  const drafts: Drafts = { findings: [], artifacts: [], issues: [] };
  const inputs = Object.values(task.inputs).flat();
  const nameable = new Set([...inputs, ...dossier.sources.map(({ id }) => id)]);
  const slots = new Set<string>();
  const packs = new Map<string, InstalledPack | undefined>();
  for (const id of analysis.packs) packs.set(id, await surroundings.installedPack(id));

  const misuse = (message: string) =>
    new IdiographError('usage', `${analysis.id} ${message}`, { analysis: analysis.id });
  const checkStop = () => {
    if (line.stopped() || line.signal.aborted) throw new IdiographError('aborted', `${analysis.id} was stopped`);
  };
  const declared = (list: readonly string[], what: string, id: string) => {
    if (!list.includes(id)) throw misuse(`reads ${what} ${id} without declaring it`);
  };
  // What is not declared would be invisible to the analyses that take it.
  const makes = new Set(analysis.makes);
  const declaredToMake = (code: string) => {
    if (!makes.has(code)) throw misuse(`emits ${code}, which is not in its list of what it makes`);
  };
  const find = <T extends { id: string }>(records: readonly T[], id: string, what: string): T => {
    checkStop();
    const record = records.find((one) => one.id === id);
    if (!record) throw misuse(`opens ${id}, which is no ${what} among its inputs`);
    return record;
  };
  const checkOrigin = (ids: readonly string[], what: string) => {
    if (ids.length === 0) throw misuse(`emits ${what} that is derived from nothing`);
    const strange = ids.filter((id) => !nameable.has(id));
    if (strange.length > 0) throw misuse(`derives ${what} from ${strange.join(', ')}, which it was not given`);
  };

  const context: RunContext = {
    dossier,
    signal: line.signal,
    emit: {
      finding(draft) {
        const parsed = FindingDraft.safeParse(draft);
        if (!parsed.success) throw misuse(`emits an invalid finding: ${firstProblem(parsed.error.issues)}`);
        declaredToMake(parsed.data.measure.code);
        const what = `a finding of ${parsed.data.measure.code}`;
        checkOrigin(parsed.data.derivedFrom, what);
        for (const { of } of parsed.data.evidence ?? []) checkOrigin([of], what);
        if (parsed.data.value.type === 'series') checkOrigin([parsed.data.value.artifact], what);
        const finding = findingFromDraft(parsed.data, { id: run, subject: dossier.subject.id, method: analysis.id });
        if (slots.has(finding.slot)) throw misuse(`emits two findings of one slot: ${finding.slot}`);
        slots.add(finding.slot);
        nameable.add(finding.id);
        drafts.findings.push(parsed.data);
      },
      artifact(draft) {
        const { bytes, ...rest } = draft;
        const parsed = ArtifactDraftSchema.safeParse(rest);
        if (!parsed.success) throw misuse(`emits an invalid artifact: ${firstProblem(parsed.error.issues)}`);
        declaredToMake(draft.role);
        checkOrigin(parsed.data.derivedFrom, `the artifact ${draft.role}`);
        const id = artifactId(run, parsed.data);
        if (nameable.has(id)) throw misuse(`emits two artifacts ${draft.role} of one name`);
        nameable.add(id);
        drafts.artifacts.push({ ...parsed.data, bytes });
        return id;
      },
      issue(issue) {
        drafts.issues.push(Issue.parse(issue));
      },
    },
    openImage: async (id) => {
      const image = find([...dossier.sources, ...dossier.artifacts], id, 'image');
      return stoppable(await surroundings.openers.openImage(image, blobs), checkStop);
    },
    openRegion: async (id) => {
      const drawn = dossier.entries.find((entry) => entry.id === id && entry.type === 'annotation');
      if (drawn) return surroundings.openers.openMask(drawn, blobs);
      const region = find(dossier.regions, id, 'region');
      return surroundings.openers.openRegion(region, find(dossier.sources, region.source, 'source'), blobs);
    },
    openVariants: async (id) => surroundings.openers.openVariants(find(dossier.sources, id, 'source'), blobs),
    openTable: async (id) => surroundings.openers.openTable(find(dossier.sources, id, 'source'), blobs),
    knowledge: <T>(path: string) => {
      declared(analysis.knowledge, 'knowledge', path);
      return deepFreeze(loadKnowledge(path, surroundings.knowledgeDirectory).data) as T;
    },
    pack(id) {
      declared(analysis.packs, 'the pack', id);
      return packs.get(id);
    },
    progress(fraction, doing) {
      checkStop();
      line.progress(Math.min(1, Math.max(0, fraction)), doing);
    },
  };
  checkStop();
  await analysis.run(task.inputs, task.options, context);
  checkStop();
  return drafts;
}

/** An image that stops to be readable when the run should stop: the place where long runs pass by most often. */
function stoppable(image: ImageHandle, checkStop: () => void): ImageHandle {
  return {
    id: image.id,
    grid: image.grid,
    unit: image.unit,
    metadata: image.metadata,
    readSlab: async (kFrom, kTo, t) => {
      checkStop();
      return image.readSlab(kFrom, kTo, t);
    },
    readVolume: async (t) => {
      checkStop();
      return image.readVolume(t);
    },
    ...(image.withGaps && { withGaps: image.withGaps }),
  };
}

function firstProblem(issues: readonly { path: PropertyKey[]; message: string }[]): string {
  return issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ');
}

const frozen = new WeakSet<object>();

/** Knowledge is shared by all runs of a thread; a run that wrote into it would change the others. */
function deepFreeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null && !frozen.has(value)) {
    frozen.add(value);
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
