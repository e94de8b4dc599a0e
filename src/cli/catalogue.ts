import type { Command } from './command.ts';

/** Every sub-command, in the order in which a newcomer meets them. Loaded only when called: --help stays quick. */
export const catalogue: Record<string, { summary: string; load: () => Promise<{ command: Command }> }> = {
  run: { summary: 'read a folder, work the patient up, write the report', load: () => import('./commands/run.ts') },
  demo: { summary: 'generate the example patients and run them', load: () => import('./commands/demo.ts') },
  serve: { summary: 'open the workspace in the browser', load: () => import('./commands/serve.ts') },
  pgx: { summary: 'star alleles, phenotypes and drug guidance of one genome', load: () => import('./commands/pgx.ts') },
  score: { summary: 'score the questionnaires of a table', load: () => import('./commands/score.ts') },
  instruments: {
    summary: 'list the questionnaires with scoring rules',
    load: () => import('./commands/instruments.ts'),
  },
  radiomics: {
    summary: 'IBSI features of one region of an image',
    load: () => import('./commands/radiomics.ts'),
  },
  'brain lesions': {
    summary: 'white-matter lesions of a FLAIR image, and what changed since an earlier one',
    load: () => import('./commands/brainLesions.ts'),
  },
  diffusion: {
    summary: 'ADC, tensor, kurtosis or IVIM maps of a diffusion series',
    load: () => import('./commands/diffusion.ts'),
  },
  suv: { summary: 'uptake (SUV) of each region of a PET series', load: () => import('./commands/suv.ts') },
  pet: { summary: 'kinetics of dynamic PET: curves, regions, maps', load: () => import('./commands/pet.ts') },
  brain: {
    summary: 'volumes, regions and checks of a T1 of a head, and its place in MNI152',
    load: () => import('./commands/brain.ts'),
  },
  deface: { summary: 'take the face out of a T1 before it is shared', load: () => import('./commands/deface.ts') },
  target: {
    summary: 'stimulation target from a resting scan, with its radius or the refusal',
    load: () => import('./commands/target.ts'),
  },
  perfusion: {
    summary: 'perfusion maps and tracer kinetics: DCE, DSC, ASL, T1',
    load: () => import('./commands/perfusion.ts'),
  },
  task: { summary: 'task model of an fMRI run: the t map of a contrast', load: () => import('./commands/task.ts') },
  nof1: {
    summary: 'single-patient trials: design with power, frozen plan, analysis',
    load: () => import('./commands/nof1.ts'),
  },
  deviations: {
    summary: 'z, centile and its interval of people against a reference',
    load: () => import('./commands/deviations.ts'),
  },
  reference: {
    summary: "learn a reference from a site's own controls, or evaluate one",
    load: () => import('./commands/reference.ts'),
  },
  signature: { summary: 'effect map against weights that you bring', load: () => import('./commands/signature.ts') },
  connectome: {
    summary: 'connectome, networks and circuits of an fMRI run',
    load: () => import('./commands/connectome.ts'),
  },
  import: { summary: 'read files into a data folder', load: () => import('./commands/import.ts') },
  workup: { summary: 'run the analyses that apply', load: () => import('./commands/workup.ts') },
  plan: { summary: 'print the plan of a subject', load: () => import('./commands/plan.ts') },
  report: { summary: 'write the report of what is in a data folder', load: () => import('./commands/report.ts') },
  why: { summary: 'walk a finding or plan line back to bytes, and forward', load: () => import('./commands/why.ts') },
  note: {
    summary: 'record an action, decision or comment on a finding, check or plan line',
    load: () => import('./commands/note.ts'),
  },
  decide: {
    summary: 'accept, modify or reject a plan line, with a reason',
    load: () => import('./commands/decide.ts'),
  },
  sign: { summary: 'sign a plan with its decisions, or amend a signed one', load: () => import('./commands/sign.ts') },
  diff: { summary: 'what changed between two states of a dossier', load: () => import('./commands/diff.ts') },
  reanalyse: {
    summary: 'run again what an update touched, say whose plan changed',
    load: () => import('./commands/reanalyse.ts'),
  },
  packs: { summary: 'list, add, verify, remove third-party packs', load: () => import('./commands/packs.ts') },
  verify: { summary: 'check an output folder against its data folder', load: () => import('./commands/verify.ts') },
  doctor: { summary: 'check a data folder', load: () => import('./commands/doctor.ts') },
  export: { summary: 'write all that is kept of a subject', load: () => import('./commands/export.ts') },
  dicom: {
    summary: 'write maps and label maps as DICOM: parametric maps, segmentations',
    load: () => import('./commands/dicom.ts'),
  },
  backup: { summary: 'copy a data folder while it is in use', load: () => import('./commands/backup.ts') },
  restore: { summary: 'make a data folder from a backup', load: () => import('./commands/restore.ts') },
  audit: {
    summary: 'who did what to which patient; is the record of it unchanged',
    load: () => import('./commands/audit.ts'),
  },
  accounts: { summary: 'who may sign in to the workspace, and as what', load: () => import('./commands/accounts.ts') },
  merge: {
    summary: 'declare that two subjects are one person, or take that back',
    load: () => import('./commands/merge.ts'),
  },
  split: {
    summary: 'declare that sources of a subject are another person’s',
    load: () => import('./commands/split.ts'),
  },
  erase: { summary: 'remove a subject and all that came of it', load: () => import('./commands/erase.ts') },
};
