import { momentOf } from '../dossier/words.ts';

/** What people decided about the plan, as far as a report says it. Comes from the room of decisions (`src/review`). */
export interface ReportReview {
  status: 'draft' | 'signed' | 'signed-but-outdated' | 'amended';
  signature?: {
    author: string;
    role: string;
    at: string;
    sha256: string;
    statement?: string | undefined;
    /** Of an amendment. */
    reason?: string | undefined;
  };
  /** What is otherwise than when it was signed, in words. */
  changes: string[];
  decisions: {
    slot: string;
    decision: string;
    wording?: string | undefined;
    reason?: string | undefined;
    author: string;
    role: string;
    at: string;
    /** The line reads otherwise now. */
    earlierVersion: boolean;
  }[];
}

const doing: Record<string, string> = { accept: 'Accepted', modify: 'Modified', reject: 'Rejected' };

/** Whether the page is signed, in one sentence; a page that nobody signed says so. */
export function signatureWords(review: ReportReview | undefined): string {
  const { signature, status, changes } = review ?? {};
  if (signature === undefined) return 'Not signed: a draft for the clinician who decides.';
  const { author, role, at, sha256, reason, statement } = signature;
  const parts = [
    `${reason === undefined ? 'Signed' : 'Amended'} by ${author} (${role}), ${momentOf(at)}, content sha256 ${sha256.slice(0, 16)}.`,
    reason === undefined ? '' : `Reason: ${reason}.`,
    statement === undefined ? '' : `Statement: ${statement}.`,
    status === 'signed-but-outdated' ? `Out of date, changed since: ${(changes ?? []).join('; ')}.` : '',
  ];
  return parts
    .filter((part) => part !== '')
    .join(' ')
    .replace(/\.\.(?=\s|$)/g, '.');
}

/**
 * What was decided on one line, in one sentence. Under a signature a line without a decision says so, for a signature is
 * not a decision on it; undefined in a draft.
 */
export function decisionWords(review: ReportReview | undefined, slot: string): string | undefined {
  const found = review?.decisions.find((one) => one.slot === slot);
  if (found === undefined)
    return review?.signature === undefined ? undefined : 'No decision on this line: the signature makes none.';
  const { decision, wording, reason, author, role, at, earlierVersion } = found;
  const said = [wording === undefined ? '' : `"${wording}"`, reason ?? ''].filter((part) => part !== '').join(' ');
  const words = `${doing[decision] ?? decision} by ${author} (${role}), ${momentOf(at)}${said === '' ? '' : `: ${said}`}`;
  return earlierVersion ? `${words} (decided on an earlier version of the line; it reads otherwise now)` : words;
}
