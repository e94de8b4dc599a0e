import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toFhirBundle } from '../../exchange/fhirBundle.ts';
import { reportParts } from '../../report/html/document.ts';
import { patientPageDocument } from '../../report/html/patientPage.ts';
import { subjectLine } from '../../report/pageOne.ts';
import { pageTexts } from '../../report/plainLanguage.ts';
import { signatureWords } from '../../report/review.ts';
import { subjectWords } from '../../report/subjectWords.ts';
import { patientItems, twinOf } from '../../report/twin.ts';
import { forReport } from '../../review/forReport.ts';
import type { report } from '../api/report.ts';
import type { Call, Handlers } from '../call.ts';
import { documentPolicy } from '../http/headers.ts';
import { Refusal } from '../http/problem.ts';
import { readSubjectModel, type SubjectModel } from '../models/subjectModel.ts';
import { findChromium, printPdf } from '../pdf/printPdf.ts';
import { reviewOf } from './review.ts';

export const reportHandlers: Handlers<typeof report> = {
  'report.state': async ({ params, workspace, access }) => {
    const { plan } = await workspace.models.of(params.subject, access);
    const state = await reviewOf(workspace, plan, access);
    const { open, closedBecause, items } = state.release;
    return {
      signed: { status: state.status, words: signatureWords(forReport(state)) },
      pdf: findChromium() !== undefined,
      patientPage: {
        open,
        ...(closedBecause === undefined ? {} : { closedBecause }),
        released: items.filter((one) => one.state === 'released').length,
      },
    };
  },
  'report.preview': async (call) => {
    const { access } = call;
    const { subject } = call.params;
    const { views } = await call.workspace.models.of(subject, access);
    call.workspace.store.noteAccess(access, subject, 'report preview');
    // A large one takes a second to make: going to the page again must not keep the server from others.
    const { document } = await views.of('report preview', async () => {
      return { document: await documentOf((await whole(call, subject)).report) };
    });
    return framed(document);
  },
  'report.export': async (call) => {
    const { subject, format } = call.params;
    const { report } = await whole(call, subject);
    call.workspace.store.noteAccess(call.access, subject, `report ${format}`);
    if (format === 'fhir') {
      const { dossier, identities, runs, plan, program } = report.input;
      const bundle = toFhirBundle({
        ...dossier,
        identities,
        runs,
        recommendations: plan.recommendations,
        safetyChecks: plan.safetyChecks,
        generatedBy: program,
      });
      return attached(JSON.stringify(bundle, undefined, 1), 'application/fhir+json', `${subject}.fhir.json`);
    }
    return handOut(call, await documentOf(report), format, `${subject}-report`);
  },
  'report.patientPreview': async (call) =>
    framed((await patientPage(call, call.params.subject, call.query.language)).page),
  'report.patientExport': async (call) => {
    const { subject, format } = call.params;
    const { page, state } = await patientPage(call, subject, call.query.language);
    if (!state.release.open) {
      throw new Refusal(409, {
        code: 'conflict',
        message: `Nothing leaves: ${state.release.closedBecause}.`,
        remedy: 'Sign the plan or amend the signed report, then release item by item.',
      });
    }
    if (!state.release.items.some((one) => one.state === 'released'))
      throw new Refusal(409, {
        code: 'conflict',
        message: 'No item of the page was released.',
        remedy: 'Release item by item.',
      });
    call.workspace.store.noteAccess(call.access, subject, `patient page ${format}`);
    return handOut(call, page, format, `${subject}-patient`);
  },
};

type Asked = Pick<Call<(typeof report)['report.preview']>, 'workspace' | 'access'>;

/** The report with its pictures and with what people decided. */
async function whole(call: Asked, subject: string): Promise<SubjectModel> {
  const { store, program, places } = call.workspace;
  const { access } = call;
  const options = { store, program, now: call.workspace.now, ...places };
  return readSubjectModel(subject, access, options, { pictures: true });
}

/** An answer takes several turns of the event loop: a pause of one turn would let it go one step for each piece. */
const [workMs, pauseMs] = [10, 5];

/** Made piece by piece, others being answered in between. */
async function documentOf(report: SubjectModel['report']): Promise<string> {
  const parts: string[] = [];
  let begun = performance.now();
  for (const part of reportParts(report)) {
    parts.push(part);
    if (performance.now() - begun < workMs) continue;
    await sleep(pauseMs);
    begun = performance.now();
  }
  return parts.join('');
}

/** The patient's page as it would leave now: released items in the words chosen for them. */
async function patientPage(call: Asked, subject: string, language: 'en' | 'de') {
  const { access } = call;
  const { plan, report } = await call.workspace.models.of(subject, access);
  const state = await reviewOf(call.workspace, plan, access);
  const { signature } = state;
  const line = subjectLine(report);
  const { dossier, identities } = report.input;
  const released = state.release.items.filter((one) => one.state === 'released');
  const page = patientPageDocument({
    label: line.label,
    birthDate: line.birthDate,
    words: subjectWords(dossier.subject, identities),
    day: plan.asOf,
    signature,
    items: patientItems(released, twinOf(report, language), {
      ask: pageTexts(language)('ask'),
      untitled: pageTexts(language)('untitled'),
    }),
    language,
  });
  return { page, state };
}

/** A document for a frame of ours: its own policy, no script, no way out. */
function framed(html: string): Response {
  return new Response(html, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': documentPolicy,
      'x-frame-options': 'SAMEORIGIN',
    },
  });
}

async function handOut(
  { workspace, signal }: Pick<Call<never>, 'workspace' | 'signal'>,
  html: string,
  format: 'html' | 'pdf',
  name: string,
): Promise<Response> {
  if (format === 'html') return attached(html, 'text/html; charset=utf-8', `${name}.html`);
  const pdf = await printPdf(html, { folder: join(workspace.home.cache, 'pdf'), signal });
  return attached(pdf, 'application/pdf', `${name}.pdf`);
}

/** File names carry the opaque id and nothing of the person. */
function attached(body: string | Uint8Array, type: string, name: string): Response {
  return new Response(typeof body === 'string' ? body : new Uint8Array(body), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
      'content-security-policy': documentPolicy,
    },
  });
}
