import type { Dossier } from '../dossier/analysis.ts';
import { IdiographError } from '../dossier/errors.ts';
import type { Reader } from '../dossier/store.ts';
import type { Plan } from '../plan/buildPlan.ts';
import { heads, statedAs } from './forms.ts';
import type { PlanContent, ReviewInput, Seen } from './input.ts';
import { signatureSlot } from './sign.ts';
import { SignedContent } from './signedContent.ts';

/**
 * Everything that the functions of this room look at. `plan`: as it was built for the data that are there now; `known`: the
 * dossier that it was built from, where it was read already.
 */
export async function loadReview(reader: Reader, plan: Plan, seen?: Seen, known?: Dossier): Promise<ReviewInput> {
  const { subject } = plan;
  const [dossier, entries] = await Promise.all([
    known ?? reader.dossier(subject),
    reader.list(subject, 'entry', { history: true }),
  ]);
  const signature = heads(statedAs(entries, 'signature')).get(signatureSlot(subject));
  const seenPlan = seen && seen.planRun !== plan.run.id ? await planOfRun(reader, subject, seen.planRun) : undefined;
  const signed = signature && (await signedOf(reader, subject, signature.content.sha256));
  return { dossier, plan, entries, signed, seenPlan };
}

/** What a signature stands under. The store compares the bytes with the hash. Throws `integrity` for another form. */
export async function signedOf(reader: Reader, subject: string, sha256: string): Promise<SignedContent> {
  const parsed = SignedContent.safeParse(JSON.parse(new TextDecoder().decode(await reader.blob(subject, sha256))));
  if (parsed.success && parsed.data.subject === subject) return parsed.data;
  throw new IdiographError('integrity', `the signed content ${sha256} is of a form that this version does not know`, {
    subject,
    sha256,
    remedy: 'Open the data folder with the version of the program that signed it.',
  });
}

/** Lines and checks of one building of the plan, current or not; undefined when the store has no such run. */
async function planOfRun(reader: Reader, subject: string, run: string): Promise<PlanContent | undefined> {
  const records = await Promise.all((await reader.links(run, 'to')).map((id) => reader.get(id)));
  const own = records.flatMap((found) =>
    found && 'run' in found.record && found.record.run === run && found.record.subject === subject
      ? [found.record]
      : [],
  );
  const recommendations = own.filter((record) => record.kind === 'recommendation');
  const safetyChecks = own.filter((record) => record.kind === 'safety-check');
  return recommendations.length + safetyChecks.length > 0 ? { recommendations, safetyChecks } : undefined;
}
