import { IdiographError } from '../../dossier/errors.ts';
import type { Access } from '../../dossier/store.ts';
import { withoutTrialWords } from '../../report/nof1/view.ts';
import { pageOne, subjectLine } from '../../report/pageOne.ts';
import { signatureWords } from '../../report/review.ts';
import { roomPage } from '../../report/roomPage.ts';
import { safetyGroups, withoutPeople } from '../../report/safetyGroups.ts';
import { timeline } from '../../report/timeline/timeline.ts';
import { aboutAnalyses } from '../../workup/about.ts';
import type { patient } from '../api/patient.ts';
import type { Handlers, Who } from '../call.ts';
import type { SubjectModel } from '../models/subjectModel.ts';
import { stateQuestion } from '../question.ts';
import { excerptAt } from '../views/excerpt.ts';
import { withoutIdentity } from '../views/identity.ts';
import { whyView } from '../views/why.ts';
import type { Workspace } from '../workspace.ts';

interface Asking {
  workspace: Workspace;
  who: Who;
  access: Access;
  params: { subject: string };
}

/** The model of the subject that is asked for. Throws `not-found`, the same whether it is not there or merged away. */
function modelOf({ workspace, access, params }: Asking): Promise<SubjectModel> {
  return workspace.models.of(params.subject, access);
}

/** The report as this account may see it: what people wrote about the plan may name anybody. */
function reportFor(who: Who, { report }: SubjectModel): SubjectModel['report'] {
  return who.can('identity:read') ? report : withoutPeople(report);
}

/** A view that takes a while to make: kept for accounts that see all of it, made anew for others. */
async function keptFor<T extends object>(
  who: Who,
  model: SubjectModel,
  key: string,
  make: () => T | Promise<T>,
): Promise<T> {
  return who.can('identity:read') ? model.views.of(key, make) : asSeenBy(who, model, await make());
}

/** A view as this account may see it. */
function asSeenBy<T>(who: Who, { report }: SubjectModel, view: T): T {
  return who.can('identity:read') ? view : withoutIdentity(view, report.input.dossier, report.input.identities);
}

/** Of the same day, or of the day before while it is not a day ago. */
function isFresh(at: string, now: string): boolean {
  return at.slice(0, 10) === now.slice(0, 10) || Date.parse(now) - Date.parse(at) < 86_400_000;
}

export const patientHandlers: Handlers<typeof patient> = {
  'patient.head': async (call) => {
    const model = await modelOf(call);
    const report = reportFor(call.who, model);
    const groups = safetyGroups(report);
    const acted = groups.find(({ level }) => level === 'acted');
    const now = groups.find(({ level }) => level === 'now');
    const { review } = report.input;
    return asSeenBy(call.who, model, {
      subject: subjectLine(model.report),
      asOf: model.plan.asOf,
      urgent: [
        ...(now?.checks ?? []).map(({ id, title, statement, action, entered }) => ({
          id,
          title,
          statement: entered === undefined ? statement : `${statement} ${entered}`,
          ...(action && { action }),
        })),
        ...(now?.lines ?? []).map(({ id, title, action, doubt }) => ({
          id,
          title,
          statement: action,
          ...(doubt && { action: doubt }),
        })),
      ],
      actedToday: (acted?.checks ?? []).flatMap(({ id, title, acted }) =>
        acted !== undefined && isFresh(acted.at, call.workspace.now()) ? [{ id, title, words: acted.words }] : [],
      ),
      openChecks: groups.filter(({ level }) => level === 'open' || level === 'historic').flatMap(({ checks }) => checks)
        .length,
      // Who may not read what people stated is not told that nobody stated anything.
      signed: call.who.can('identity:read')
        ? { status: review?.status ?? 'draft', words: signatureWords(review) }
        : { status: 'withheld', words: '' },
      rooms: model.report.rooms.map(({ room, title, findings }) => ({
        room,
        title,
        findings: findings.length,
        cautions: findings.filter(({ finding }) => finding.issues.some(({ severity }) => severity !== 'info')).length,
      })),
    });
  },

  'patient.question': async ({ params, body, access, workspace, signal }) => {
    const { question, seen } = body;
    await stateQuestion(workspace.store, access, params.subject, question, { seen: seen ?? '', signal });
    return { question };
  },

  'patient.page': async (call) => {
    const model = await modelOf(call);
    return keptFor(call.who, model, 'page', () => pageOne(reportFor(call.who, model)));
  },

  'patient.room': async (call) => {
    const model = await modelOf(call);
    const section = model.report.rooms.find(({ room }) => room === call.params.room);
    if (section === undefined)
      throw new IdiographError('not-found', 'This room has nothing to say about this patient.');
    const named = call.who.can('identity:read');
    return keptFor(call.who, model, `room ${section.room}`, async () => {
      const page = roomPage(model.report, section, await aboutAnalyses());
      return named || page.trials === undefined ? page : { ...page, trials: page.trials.map(withoutTrialWords) };
    });
  },

  'patient.timeline': async (call) => {
    const model = await modelOf(call);
    return keptFor(call.who, model, 'timeline', () => timeline(reportFor(call.who, model).input.dossier, model.day));
  },

  'patient.picture': async ({ reader, params, request }) => {
    const record = (await reader.get(params.record))?.record;
    if (record?.kind !== 'artifact' || record.subject !== params.subject || record.mediaType !== 'image/png')
      throw new IdiographError('not-found', 'This patient has no such picture.');
    // Kept by the browser, but shown again only to whoever may see it at that moment.
    const headers = { 'content-type': 'image/png', etag: `"${record.blob}"`, 'cache-control': 'private, no-cache' };
    if (request.headers.get('if-none-match') === headers.etag) return new Response(null, { status: 304, headers });
    const bytes = await reader.blob(params.subject, record.blob);
    return new Response(bytes as Uint8Array<ArrayBuffer>, { headers });
  },

  'patient.why': async (call) => {
    const model = await modelOf(call);
    const { subject, record } = call.params;
    call.workspace.store.noteAccess(call.access, subject, 'why');
    return keptFor(call.who, model, `why ${record}`, () =>
      whyView(call.reader, subject, record, { freeTexts: call.who.can('identity:read') }),
    );
  },

  'patient.excerpt': async ({ reader, params, query }) => {
    const record = (await reader.get(params.record))?.record;
    if (record?.kind !== 'source' || record.subject !== params.subject)
      throw new IdiographError('not-found', 'This patient has no such source.');
    return excerptAt(reader, record, query.place);
  },
};
