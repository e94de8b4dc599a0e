import type { Entry } from '../dossier/entry.ts';
import type { Recommendation } from '../dossier/recommendation.ts';
import { isTakenBack } from '../dossier/safetyEntries.ts';
import { type Blocking, blocking } from './blocking.ts';
import { chainHeads } from './chains.ts';
import { type Change, changesSinceSigned } from './changes.ts';
import { standingActions } from './checks.ts';
import { chainOf, heads, type SignatureForm, type Stated, statedAs } from './forms.ts';
import type { ReviewInput, Seen } from './input.ts';
import { type ReleaseState, releaseState } from './release.ts';
import type { ReviewRules } from './rules.ts';
import { signatureSlot } from './sign.ts';
import { acknowledgementOf, type DecisionView, decisionView } from './views.ts';
import { type Reading, readings } from './working.ts';

export interface SignatureView extends Omit<SignatureForm, 'form'> {
  entry: string;
  author: string;
  role: string;
  at: string;
}

export interface LineReview {
  id: string;
  slot: string;
  /** The newest decision that was not taken back, if there is one. */
  decision: DecisionView | undefined;
  /** Every decision on the line, newest first. */
  history: DecisionView[];
  /** Free remarks of people on the line. */
  notes: Note[];
}

export interface CheckReview {
  id: string;
  check: string;
  acknowledged: { entry: string; author: string; role: string; at: string; text: string } | undefined;
  notes: Note[];
}

export interface Note {
  entry: string;
  type: Entry['type'];
  author: string;
  role: string;
  at: string;
  text: string;
  /** Of a safety action: it can be corrected or taken back, was corrected or taken back since, or takes one back. */
  action?: 'stands' | 'followed' | 'takes-back';
}

export interface ReviewState {
  subject: string;
  planRun: string;
  asOf: string;
  /** `amended`: the signature that holds took the place of an earlier one. */
  status: 'draft' | 'signed' | 'signed-but-outdated' | 'amended';
  signature: SignatureView | undefined;
  /** Signatures that were amended, newest first. */
  earlierSignatures: SignatureView[];
  /** What is otherwise than when it was signed. */
  changes: Change[];
  /** What stands in the way of a signature. */
  blocking: Blocking[];
  lines: LineReview[];
  checks: CheckReview[];
  /** Decisions on lines that the plan does not have any more. */
  gone: DecisionView[];
  readings: Reading[];
  release: ReleaseState;
  /** To be given back with what a person does about this state. */
  seen: Seen;
}

/** The review of one plan as it stands. Pure. */
export function reviewState(input: ReviewInput, rules: ReviewRules): ReviewState {
  const { plan, entries, signed } = input;
  const decisions = statedAs(entries, 'decision');
  const lineOf = new Map(plan.recommendations.map((line) => [line.slot, line]));
  const chain = chainOf(statedAs(entries, 'signature'), signatureSlot(plan.subject));
  const [signature, ...earlier] = chain.map(signatureView);
  const changes = signed === undefined ? [] : changesSinceSigned(input, signed);
  const status = changes.length > 0 ? 'signed-but-outdated' : signature?.amends === undefined ? 'signed' : 'amended';
  return {
    subject: plan.subject,
    planRun: plan.run.id,
    asOf: plan.asOf,
    status: signature === undefined ? 'draft' : status,
    signature,
    earlierSignatures: earlier,
    changes,
    blocking: blocking(input, rules),
    lines: plan.recommendations.map((line) => lineReview(line, entries)),
    checks: plan.safetyChecks.map((check) => {
      const found = acknowledgementOf(entries, check)?.entry;
      return {
        id: check.id,
        check: check.check,
        acknowledged: found && {
          entry: found.id,
          author: found.author,
          role: found.role,
          at: found.at,
          text: found.text ?? '',
        },
        notes: notesOn(entries, [check.id, ...check.basis]),
      };
    }),
    gone: [...heads(decisions).values()]
      .filter(({ entry, content }) => !lineOf.has(entry.slot!) && content.decision !== 'taken-back')
      .map((stated) => decisionView(stated, undefined)),
    readings: readings(entries),
    release: releaseState(input, rules),
    seen: {
      planRun: plan.run.id,
      entries: chainHeads(input)
        .map(({ entry }) => entry.id)
        .sort(),
    },
  };
}

function lineReview(line: Recommendation, entries: readonly Entry[]): LineReview {
  const history = chainOf(statedAs(entries, 'decision'), line.slot).map((stated) => decisionView(stated, line));
  return {
    id: line.id,
    slot: line.slot,
    decision: history[0]?.decision === 'taken-back' ? undefined : history[0],
    history,
    notes: notesOn(entries, [line.id]).concat(notesInSlot(entries, line)),
  };
}

/** Notes that name the slot but an earlier version of the line. */
function notesInSlot(entries: readonly Entry[], line: Recommendation): Note[] {
  return entries
    .filter(({ slot, targets, content }) => slot === line.slot && !targets.includes(line.id) && content === undefined)
    .map(noteView);
}

function notesOn(entries: readonly Entry[], ids: readonly string[]): Note[] {
  const isNote = ({ type, content }: Entry) =>
    type === 'comment' || type === 'safety-action' || (type === 'decision' && content === undefined);
  const standing = new Set(standingActions(entries).map(({ id }) => id));
  return entries
    .filter((entry) => isNote(entry) && entry.targets.some((id) => ids.includes(id)))
    .sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    .map((entry) => ({
      ...noteView(entry),
      ...(entry.type === 'safety-action'
        ? { action: isTakenBack(entry) ? 'takes-back' : standing.has(entry.id) ? 'stands' : 'followed' }
        : {}),
    }));
}

function noteView({ id, type, author, role, at, text }: Entry): Note {
  return { entry: id, type, author, role, at, text: text ?? '' };
}

function signatureView({ entry, content: { form: _, ...content } }: Stated<SignatureForm>): SignatureView {
  const { id, author, role, at } = entry;
  return { entry: id, author, role, at, ...content };
}
