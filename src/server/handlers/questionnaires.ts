import type { Dossier } from '../../dossier/analysis.ts';
import { IdiographError } from '../../dossier/errors.ts';
import type { Reader } from '../../dossier/store.ts';
import { valueForReader } from '../../dossier/words.ts';
import { type Instrument, loadInstruments } from '../../forms/instrument.ts';
import type { questionnaires } from '../api/questionnaires.ts';
import type { Call, Handlers } from '../call.ts';
import { adaptiveState, bankForms, isBankForm } from '../questionnaires/adaptive.ts';
import { checkAnswers, type FormAnswers, instrumentOf, unanswered } from '../questionnaires/answers.ts';
import { draftConflict, type FormDraft } from '../questionnaires/drafts.ts';
import { escalations, positiveEscalations } from '../questionnaires/escalation.ts';
import { formOf, isOwn } from '../questionnaires/form.ts';
import { type FormNow, keepSafetyAnswers } from '../questionnaires/keepAnswers.ts';
import { keepResponse } from '../questionnaires/keepResponse.ts';
import { formsOfDossier, formsOfSite } from '../questionnaires/siteForms.ts';
import type { SiteWording } from '../questionnaires/siteWording.ts';
import type { Workspace } from '../workspace.ts';

/** Instruments by name: those that ship, or what the site puts in their place, and the item banks that it supplies. */
const instrumentsOf = ({ places }: Pick<Workspace, 'places'>): Instrument[] => [
  ...loadInstruments(places.knowledgeDirectory),
  ...bankForms(places.knowledgeDirectory),
];

export const questionnaireHandlers: Handlers<typeof questionnaires> = {
  'questionnaires.list': async ({ params: { subject }, reader, workspace, who }) => {
    const dossier = await reader.dossier(subject);
    const instruments = instrumentsOf(workspace);
    const wordings = await wordingsFor(reader, dossier, workspace);
    const drafts = await workspace.drafts.list(subject, who.id);
    return {
      questionnaires: instruments.map((instrument) => {
        const { id, display, recall, items } = instrument;
        const site = wordings.find((one) => one.instrument === id);
        const draft = drafts.find((one) => one.instrument === id);
        return {
          instrument: id,
          display: site?.title ?? display,
          recall,
          items: items.length,
          ...(isBankForm(instrument) ? { adaptive: { most: Math.min(instrument.bank.stop.most, items.length) } } : {}),
          wording: site ? ('site' as const) : isOwn(instrument) ? ('own' as const) : ('topics' as const),
          ...(draft
            ? {
                draft: {
                  answered: Object.keys(draft.answers).length,
                  savedAt: draft.savedAt,
                  positive: shownNow(workspace, instrument, draft.answers).map((one) => one.display),
                },
              }
            : {}),
          latest: latestScores(instrument, dossier),
        };
      }),
    };
  },
  'questionnaires.get': async ({ params, reader, workspace, who }) => {
    const dossier = await reader.dossier(params.subject);
    const instrument = instrumentOf(params.instrument, instrumentsOf(workspace));
    const wordings = await wordingsFor(reader, dossier, workspace);
    const draft = await workspace.drafts.get({ ...params, account: who.id });
    return {
      form: {
        ...formOf(
          instrument,
          wordings.find((one) => one.instrument === instrument.id),
        ),
        safety: positiveAnswers(instrument).map(({ item, value }) => ({
          item,
          value,
          escalations: shownNow(workspace, instrument, { [String(item)]: value }),
        })),
      },
      ...(draft ? { draft: { ...viewOf(draft), escalations: shownNow(workspace, instrument, draft.answers) } } : {}),
    };
  },
  'questionnaires.save': async (call) => {
    const { params, body, reader, workspace, who } = call;
    await reader.dossier(params.subject);
    const instrument = instrumentOf(params.instrument, instrumentsOf(workspace));
    checkAnswers(instrument, body.answers);
    const key = { ...params, account: who.id };
    const at = workspace.now();
    const startedAt = (await workspace.drafts.get(key))?.startedAt ?? at;
    // First the safety answers: whatever becomes of the draft, even when another tab was faster, they were given.
    await keepOf(call, instrument, { ...body, startedAt, state: 'open' }, at);
    const saved = await workspace.drafts.save(key, { ...body, at });
    return { ...viewOf(saved), escalations: shownNow(workspace, instrument, body.answers) };
  },
  'questionnaires.discard': async (call) => {
    const { params, workspace, who } = call;
    const key = { ...params, account: who.id };
    const instrument = instrumentOf(params.instrument, instrumentsOf(workspace));
    const draft = await workspace.drafts.get(key);
    // Also an answer that was changed to no before the form is thrown away.
    const given = draft ? await keepOf(call, instrument, { ...draft, state: 'thrown-away' }, workspace.now()) : {};
    await workspace.drafts.discard(key);
    return { discarded: true, escalations: shownNow(workspace, instrument, given) };
  },
  'questionnaires.next': async ({ params, body, workspace }) => {
    const instrument = instrumentOf(params.instrument, instrumentsOf(workspace));
    if (!isBankForm(instrument))
      throw new IdiographError('usage', `${instrument.display} is asked as a whole`, {
        remedy: 'Only item banks choose their items.',
      });
    checkAnswers(instrument, body.answers);
    return adaptiveState(instrument, body.answers);
  },
  'questionnaires.escalations': async ({ params, body, workspace }) => {
    const instrument = instrumentOf(params.instrument, instrumentsOf(workspace));
    checkAnswers(instrument, body.answers);
    return {
      escalations: escalations(instrument, body.answers, workspace.now(), workspace.places.knowledgeDirectory),
    };
  },
  'questionnaires.complete': async (call) => {
    const { params, body, workspace, who, purpose, about } = call;
    const { subject } = params;
    const instrument = instrumentOf(params.instrument, instrumentsOf(workspace));
    checkAnswers(instrument, body.answers);
    const key = { ...params, account: who.id };
    const at = workspace.now();
    const access = { purpose, actor: who.name };
    const { answers, filledBy } = body;
    const completed = { answers, filledBy, account: who.name, at };
    // One after the other, so that of two tabs that complete a form at once the second finds that it is gone.
    const source = await inTurn(JSON.stringify(key), async () => {
      const draft = await workspace.drafts.get(key);
      const form = { ...body, startedAt: draft?.startedAt ?? at };
      // Findings follow with the work-up, which may fail: until then, and whatever becomes of the form, the answers stand.
      if (draft) await keepOf(call, instrument, { ...form, state: 'open' }, at);
      requireVersion(draft, body.basedOn);
      const kept = await keepResponse(workspace.store, subject, instrument, completed, access);
      await keepOf(call, instrument, { ...form, state: 'completed', source: kept }, at);
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
function requireVersion(saved: FormDraft | undefined, basedOn: number): void {
  if ((saved?.version ?? 0) !== basedOn) throw draftConflict(saved);
}

/** Every answer to a safety item of the form that asks for something. */
function positiveAnswers({ safety, items }: Instrument): { item: number; value: number }[] {
  return safety.flatMap(({ item, positiveFrom }) => {
    const { max } = items.find(({ number }) => number === item)!;
    return Array.from({ length: max - positiveFrom + 1 }, (_, at) => ({ item, value: positiveFrom + at }));
  });
}

/** Keeps the safety answers of a form under the account that is at it. */
function keepOf(
  {
    params,
    workspace,
    who,
    purpose,
  }: Pick<Call<(typeof questionnaires)['questionnaires.save']>, 'params' | 'workspace' | 'who' | 'purpose'>,
  instrument: Instrument,
  form: Omit<FormNow, 'subject' | 'account'>,
  at: string,
) {
  return keepSafetyAnswers(
    workspace.store,
    instrument,
    { ...form, subject: params.subject, account: who.id },
    {
      access: { purpose, actor: who.name },
      author: who.name,
      role: who.can('plan:decide') ? 'clinician' : (who.roles[0] ?? 'not stated'),
      at,
      knowledgeDirectory: workspace.places.knowledgeDirectory,
    },
  );
}

function shownNow({ now, places }: Pick<Workspace, 'now' | 'places'>, instrument: Instrument, answers: FormAnswers) {
  return positiveEscalations(instrument, answers, now(), places.knowledgeDirectory);
}

async function wordingsFor(
  reader: Reader,
  dossier: Dossier,
  { places }: Pick<Workspace, 'places'>,
): Promise<SiteWording[]> {
  const directory = places.knowledgeDirectory;
  const known = instrumentsOf({ places });
  const own = await formsOfDossier(reader, dossier.subject.id, dossier.sources, known);
  return [...formsOfSite(directory, known), ...own];
}

function latestScores(instrument: Instrument, { findings }: Dossier) {
  const { scales } = instrument;
  const bank = isBankForm(instrument) ? instrument.bank.id : undefined;
  const sought = bank === undefined ? scales : [{ code: 'item-bank-score', display: 'T' }];
  return sought.flatMap(({ code, display }) => {
    const newest = findings
      .filter(({ measure, site }) => measure.code === code && (bank === undefined || site?.code === bank))
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
