/**
 * The same functions as the commands, as a library.
 * @example
 * import { buildPlan, importFolder, openStore, workup } from 'idiograph';
 * const store = await openStore({ engine: 'sqlite', directory: 'data' });
 * const access = { purpose: 'care', actor: 'me' } as const;
 * const now = () => new Date().toISOString();
 * const { subjects } = await importFolder(['folder'], store, { actor: 'me', at: now() });
 * for (const { subject } of subjects) {
 *   await workup(store, subject, { access, clock: now });
 *   const plan = buildPlan(await store.reading(access).dossier(subject), { asOf: now() });
 *   console.log(plan.safetyChecks, plan.recommendations);
 * }
 * await store.close();
 */

export type { Analysis, Dossier, InstalledPack, RunContext, Selected, Selection } from './dossier/analysis.ts';
export type { Artifact } from './dossier/artifact.ts';
export { Code, measure } from './dossier/code.ts';
export type { Entry } from './dossier/entry.ts';
export { IdiographError, isIdiographError } from './dossier/errors.ts';
export type { Fact } from './dossier/fact.ts';
export type { Finding, FindingDraft, Uncertainty, Value } from './dossier/finding.ts';
export type { Grid } from './dossier/grid.ts';
export type { ImageHandle, RegionShape, TableHandle, VariantRecord, VariantsHandle } from './dossier/image.ts';
export { type Issue, issue } from './dossier/issue.ts';
export type { Norm, NormReference } from './dossier/norm.ts';
export type { PackManifest } from './dossier/pack.ts';
export type { Recommendation, SafetyCheck } from './dossier/recommendation.ts';
export type { Region } from './dossier/region.ts';
export type { Run, RunKey } from './dossier/run.ts';
export type { Source } from './dossier/source.ts';
export type { Access, Batch, Purpose, Reader, Store, StoreConfig } from './dossier/store.ts';
export type { Identity, Subject } from './dossier/subject.ts';
export { toFhirBundle } from './exchange/fhirBundle.ts';
export { type ImportOptions, importFolder } from './intake/import.ts';
export type { ImportReport } from './intake/importReport.ts';
export { addPack, installedPack, listPacks, removePack, verifyPack } from './packs/registry.ts';
export { buildPlan, type Plan } from './plan/buildPlan.ts';
export { findingsJson } from './report/findingsJson.ts';
export { reportDocument } from './report/html/document.ts';
export { type ReportInput, reportModel } from './report/model.ts';
export { backup, doctor, exportSubject, restore } from './store/maintenance.ts';
export { openStore } from './store/open.ts';
export { why, whyText } from './store/why.ts';
export { diffDossiers, diffText } from './workup/diff.ts';
export { reanalyse } from './workup/reanalyse.ts';
export { type WorkupReport, workup } from './workup/workup.ts';
