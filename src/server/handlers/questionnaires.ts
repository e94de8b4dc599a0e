import type { Dossier } from '../../dossier/analysis.ts';
import type { Reader } from '../../dossier/store.ts';
import { valueForReader } from '../../dossier/words.ts';
import { type Instrument, loadInstruments } from '../../psychosocial/instrument.ts';
import type { questionnaires } from '../api/questionnaires.ts';
import type { Handlers } from '../call.ts';
import { checkAnswers, instrumentOf, unanswered } from '../questionnaires/answers.ts';
import { type DraftKey, type Drafts, draftConflict, type FormDraft } from '../questionnaires/drafts.ts';
import { escalations } from '../questionnaires/escalation.ts';
import { formOf, isOwn } from '../questionnaires/form.ts';
import { keepResponse } from '../questionnaires/keepResponse.ts';
import { formsOfDossier, formsOfSite } from '../questionnaires/siteForms.ts';
import type { SiteWording } from '../questionnaires/siteWording.ts';

/** Instruments by name, as they ship. */
const instruments = () => loadInstruments();

export const questionnaireHandlers: Handlers<typeof questionnaires> = {
  'questionnaires.list': async ({ params: { subject }, reader, workspace, who }) => {
    const dossier = await reader.dossier(subject);
    const wordings = await wordingsFor(reader, dossier, workspace.places.knowledgeDirectory);
    const drafts = await workspace.drafts.list(subject, who.id);
    return {
      questionnaires: instruments().map((instrument) => {
        const { id, display, recall, items } = instrument;
        const site = wordings.find((one) => one.instrument === id);
        const draft = drafts.find((one) => one.instrument === id);
        return {
          instrument: id,
          display: site?.title ?? display,
          recall,
          items: items.length,
          wording: site ? ('site' as const) : isOwn(instrument) ? ('own' as const) : ('topics' as const),
          ...(draft ? { draft: { answered: Object.keys(draft.answers).length, savedAt: draft.savedAt } } : {}),
          latest: latestScores(instrument, dossier),
        };
      }),
    };
  },
  'questionnaires.get': async ({ params, reader, workspace, who }) => {
    const dossier = await reader.dossier(params.subject);
    const instrument = instrumentOf(params.instrument, instruments());
    const wordings = await wordingsFor(reader, dossier, workspace.places.knowledgeDirectory);
    const draft = await workspace.drafts.get({ ...params, account: who.id });
    return {
      form: formOf(
        instrument,
        wordings.find((one) => one.instrument === instrument.id),
      ),
      ...(draft ? { draft: viewOf(draft) } : {}),
    };
  },
  'questionnaires.save': async ({ params, body, reader, workspace, who }) => {
    await reader.dossier(params.subject);
    checkAnswers(instrumentOf(params.instrument, instruments()), body.answers);
    const saved = await workspace.drafts.save({ ...params, account: who.id }, { ...body, at: workspace.now() });
    return viewOf(saved);
  },
  'questionnaires.discard': async ({ params, workspace, who }) => {
    await workspace.drafts.discard({ ...params, account: who.id });
    return { discarded: true };
  },
  'questionnaires.escalations': async ({ params, body, workspace }) => {
    const instrument = instrumentOf(params.instrument, instruments());
    checkAnswers(instrument, body.answers);
    return {
      escalations: escalations(instrument, body.answers, workspace.now(), workspace.places.knowledgeDirectory),
    };
  },
  'questionnaires.complete': async ({ params, body, workspace, who, purpose, about }) => {
    const { subject } = params;
    const instrument = instrumentOf(params.instrument, instruments());
    checkAnswers(instrument, body.answers);
    const key = { ...params, account: who.id };
    const at = workspace.now();
    const access = { purpose, actor: who.name };
    const { answers, filledBy } = body;
    const completed = { answers, filledBy, account: who.name, at };
    // One after the other, so that of two tabs that complete a form at once the second finds that it is gone.
    const source = await inTurn(JSON.stringify(key), async () => {
      await requireVersion(workspace.drafts, key, body.basedOn);
      const kept = await keepResponse(workspace.store, subject, instrument, completed, access);
      await workspace.drafts.discard(key);
      return kept;
    });
    about({ record: source });
    // The answers are kept, whether or not there is room to ask for the work-up now.
    const job = await workspace.jobs.startWorkup(who, purpose, subject).catch(() => undefined);
    return {
      source,
      ...(job ? { job: job.id } : {}),
      escalations: escalations(instrument, answers, at, workspace.places.knowledgeDirectory),
      unanswered: unanswered(instrument, answers),
    };
  },
};

const turns = new Map<string, Promise<unknown>>();

async function inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(name) ?? Promise.resolve()).then(work);
  const over = turn.catch(() => {});
  turns.set(name, over);
  try {
    return await turn;
  } finally {
    if (turns.get(name) === over) turns.delete(name);
  }
}

/** A form that another tab saved or completed in the meantime is not completed again on top of what was not seen. */
async function requireVersion(drafts: Drafts, key: DraftKey, basedOn: number): Promise<void> {
  const saved = await drafts.get(key);
  if ((saved?.version ?? 0) !== basedOn) throw draftConflict(saved);
}

async function wordingsFor(reader: Reader, dossier: Dossier, directory: string | undefined): Promise<SiteWording[]> {
  const known = instruments();
  const own = await formsOfDossier(reader, dossier.subject.id, dossier.sources, known);
  return [...formsOfSite(directory, known), ...own];
}

function latestScores({ scales }: Instrument, { findings }: Dossier) {
  return scales.flatMap(({ code, display }) => {
    const newest = findings
      .filter(({ measure }) => measure.code === code)
      .sort((a, b) => ((a.time ?? '9999') < (b.time ?? '9999') ? 1 : -1))[0];
    if (newest === undefined) return [];
    const { id, time } = newest;
    const band = newest.norm?.band;
    const value = `${valueForReader(newest)}${band === undefined ? '' : ` (${band})`}`;
    return [{ finding: id, name: display, value, ...(time === undefined ? {} : { time }) }];
  });
}

function viewOf({ version, filledBy, answers, startedAt, savedAt }: FormDraft) {
  return { version, filledBy, answers, startedAt, savedAt };
}
