import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Access, Store } from '../../dossier/store.ts';
import { buildPlan, type Plan } from '../../plan/buildPlan.ts';
import { planOfDay } from '../../plan/keepPlan.ts';
import { readCurves } from '../../report/curves.ts';
import { readKeyImages } from '../../report/keyImages.ts';
import { type Picture, type ReportModel, reportModel } from '../../report/model.ts';
import { forReport } from '../../review/forReport.ts';
import { loadReview } from '../../review/load.ts';
import { reviewRules } from '../../review/rules.ts';
import { reviewState } from '../../review/state.ts';
import { missingData } from '../../workup/missing.ts';
import { surroundingsAt } from '../../workup/surroundings.ts';
import { isDiskFull } from '../http/problem.ts';
import { type KeptViews, keepViews } from './keptViews.ts';

/** Everything that pages show of one subject, as of one state of the store. */
export interface SubjectModel {
  /** Sequence of the latest record of the subject when it was read. */
  subjectSequence: number;
  day: string;
  plan: Plan;
  report: ReportModel;
  /** Views of it for accounts with `identity:read`. */
  views: KeptViews;
}

export interface ModelOptions {
  store: Store;
  now(): string;
  program: { name: string; version: string };
  knowledgeDirectory?: string | undefined;
  packsDirectory?: string | undefined;
}

/** The plan and the settling of what is current are runs of the program's own, not of a room. */
const ownRuns: ReadonlySet<string> = new Set(['plan.rules', 'workup.settlement']);

/**
 * Reads a subject and builds its model. The plan of the day is kept when it says something new: that is the only thing
 * that reading writes, and reading goes on where the disk has no room for it. Others are answered between its steps. Pictures
 * come without their bytes unless asked for. Throws `not-found`.
 */
export async function readSubjectModel(
  subject: string,
  access: Access,
  { store, now, program, knowledgeDirectory, packsDirectory }: ModelOptions,
  options: { pictures?: boolean } = {},
): Promise<SubjectModel> {
  const reader = store.reading(access);
  const day = now().slice(0, 10);
  const before = await reader.sequence(subject);
  const read = await reader.dossier(subject);
  await nextTurn();
  const plan = await planOfDay(store, subject, day, access, now(), knowledgeDirectory, read).catch((error) => {
    if (!isDiskFull(error)) throw error;
    // Reading goes on; nothing can be decided on this plan before it is kept.
    return buildPlan(read, { asOf: day, knowledgeDirectory });
  });
  await nextTurn();
  const subjectSequence = await reader.sequence(subject);
  const [dossier, identities, runs, imports] = await Promise.all([
    // A plan was kept, or somebody else has written meanwhile: only the latter may have changed it.
    subjectSequence === before ? read : reader.dossier(subject),
    reader.list(subject, 'identity'),
    reader.list(subject, 'run'),
    reader.list(subject, 'import'),
  ]);
  const pictures = await Promise.all(
    dossier.artifacts
      .filter(({ type, mediaType }) => type === 'picture' && mediaType === 'image/png')
      .map(async (artifact): Promise<Picture> => {
        return { artifact, png: options.pictures ? await reader.blob(subject, artifact.blob) : new Uint8Array() };
      }),
  );
  const missing = await missingData(dossier, surroundingsAt({ packsDirectory }).installedPack);
  await nextTurn();
  const report = reportModel({
    dossier,
    identities,
    runs: runs.filter(({ key }) => !ownRuns.has(key.analysis)),
    plan,
    missing,
    // Banners hold for the latest import: an earlier one may have named people who are joined by now.
    importIssues: imports.sort((a, b) => a.at.localeCompare(b.at)).at(-1)?.issues ?? [],
    pictures,
    curves: await readCurves(reader, dossier),
    keyImages: await readKeyImages(reader, dossier, { bytes: options.pictures === true }),
    program,
    review: forReport(reviewState(await loadReview(reader, plan, undefined, dossier), reviewRules(knowledgeDirectory))),
  });
  return { subjectSequence, day, plan, report, views: keepViews() };
}
