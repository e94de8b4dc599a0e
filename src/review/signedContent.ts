import { z } from 'zod';
import type { Finding } from '../dossier/finding.ts';
import { valueForReader } from '../dossier/words.ts';
import { CheckContent, checkContent, checkSlot, LineContent, lineContent } from './content.ts';
import { heads, type Stated, statedAs } from './forms.ts';
import type { ReviewInput } from './input.ts';
import { acknowledgementOf, decisionView } from './views.ts';

const Judged = z.object({
  entry: z.string(),
  decision: z.string(),
  wording: z.string().optional(),
  reason: z.string().optional(),
  author: z.string(),
  role: z.string(),
  at: z.string(),
});

const SignedFinding = z.object({
  id: z.string(),
  slot: z.string(),
  measure: z.string(),
  title: z.string(),
  says: z.string(),
  valueHash: z.string(),
});
export type SignedFinding = z.infer<typeof SignedFinding>;

/**
 * What a signature stands under: every line and check in words with what was decided, every finding with its value, the
 * sources that were there. Canonical JSON of it is kept as a blob; its SHA-256 is in the signature.
 */
export const SignedContent = z.object({
  signedContent: z.literal(1),
  subject: z.string(),
  planRun: z.string(),
  asOf: z.string(),
  question: z.string().optional(),
  statement: z.string().optional(),
  program: z.string(),
  lines: z.array(
    z.object({
      id: z.string(),
      slot: z.string(),
      content: LineContent,
      basis: z.array(z.string()),
      decision: Judged.optional(),
    }),
  ),
  checks: z.array(
    z.object({
      id: z.string(),
      slot: z.string(),
      content: CheckContent,
      basis: z.array(z.string()),
      acknowledgement: Judged.optional(),
    }),
  ),
  findings: z.array(SignedFinding),
  sources: z.array(z.string()),
});
export type SignedContent = z.infer<typeof SignedContent>;

/** The content that a signature now would stand under. Pure and sorted: equal states give equal bytes. */
export function signedContent(
  input: ReviewInput,
  said: { statement?: string | undefined; program: string },
): SignedContent {
  const { dossier, plan, entries } = input;
  const decisions = heads(statedAs(entries, 'decision'));
  const bySlot = <T extends { slot: string }>(items: T[]) => items.sort((a, b) => (a.slot < b.slot ? -1 : 1));
  return {
    signedContent: 1,
    subject: plan.subject,
    planRun: plan.run.id,
    asOf: plan.asOf,
    ...(dossier.subject.question === undefined ? {} : { question: dossier.subject.question }),
    ...(said.statement === undefined ? {} : { statement: said.statement }),
    program: said.program,
    lines: bySlot(
      plan.recommendations.map((line) => {
        const head = decisions.get(line.slot);
        const view = head && decisionView(head, line);
        const { id, slot, basis } = line;
        return {
          id,
          slot,
          content: lineContent(line),
          basis: [...basis].sort(),
          ...(head && view?.standing === 'stands' ? { decision: judged(head, view.decision) } : {}),
        };
      }),
    ),
    checks: bySlot(
      plan.safetyChecks.map((check) => {
        const head = acknowledgementOf(entries, check);
        return {
          id: check.id,
          slot: checkSlot(check.subject, check.check),
          content: checkContent(check),
          basis: [...check.basis].sort(),
          ...(head ? { acknowledgement: { ...judged(head, 'acknowledged'), reason: head.entry.text } } : {}),
        };
      }),
    ),
    findings: bySlot(dossier.findings.map(signedFinding)),
    sources: dossier.sources.map(({ id }) => id).sort(),
  };
}

function judged({ entry, content }: Stated, decision: string) {
  const { wording, reason } = content.form === 'decision' ? content : {};
  return {
    entry: entry.id,
    decision,
    ...(wording === undefined ? {} : { wording }),
    ...(reason === undefined ? {} : { reason }),
    author: entry.author,
    role: entry.role,
    at: entry.at,
  };
}

function signedFinding(finding: Finding): SignedFinding {
  const { id, slot, valueHash } = finding;
  const where = finding.site?.display ?? finding.region;
  const title = [finding.measure.display, where, finding.time?.slice(0, 10)].filter((part) => part !== undefined);
  return { id, slot, measure: finding.measure.code, title: title.join(', '), says: valueForReader(finding), valueHash };
}
