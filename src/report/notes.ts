import type { Issue, Severity } from '../dossier/issue.ts';

const ranks: Record<Severity, number> = { error: 0, warning: 1, info: 2 };

/** A list of cautions that is written once and referred to by number wherever one of them applies. */
export interface Notebook {
  /**
   * Numbers of these issues, in ascending order; an issue that was not seen before gets the next number.
   * `place` before the colon of a message is left out: what holds for several places is one note.
   */
  refs(issues: readonly Issue[], place?: string): number[];
  readonly issues: readonly Issue[];
}

export function notebook(): Notebook {
  const numbers = new Map<string, number>();
  const issues: Issue[] = [];
  return {
    issues,
    refs(more, place) {
      const found = bySeverity(more).map((stated) => {
        const one = withoutPlace(stated, place);
        const key = issueKey(one);
        const known = numbers.get(key) ?? issues.push(one);
        numbers.set(key, known);
        return known;
      });
      return [...new Set(found)].sort((a, b) => a - b);
    },
  };
}

/** What must be read first comes first; equal ones keep their order. */
export function bySeverity(issues: readonly Issue[]): Issue[] {
  return [...issues].sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

/** Issues without repetition: the same code, sentence and place said twice is said once. */
export function distinct(issues: readonly Issue[]): Issue[] {
  const seen = new Map<string, Issue>();
  for (const one of issues) if (!seen.has(issueKey(one))) seen.set(issueKey(one), one);
  return [...seen.values()];
}

/** Cautions and refusals that at least half of these findings carry: the quality of the whole, not of one value. */
export function prevailing(findings: readonly { issues: readonly Issue[] }[]): Issue[] {
  const counts = new Map<string, number>();
  const all = findings.flatMap((one) => distinct(one.issues).filter((issue) => issue.severity !== 'info'));
  for (const one of all) counts.set(issueKey(one), (counts.get(issueKey(one)) ?? 0) + 1);
  return bySeverity(distinct(all).filter((one) => 2 * (counts.get(issueKey(one)) ?? 0) >= findings.length));
}

function withoutPlace(one: Issue, place: string | undefined): Issue {
  if (place === undefined || !one.message.startsWith(`${place}: `)) return one;
  const rest = one.message.slice(place.length + 2);
  return { ...one, message: `${rest.charAt(0).toUpperCase()}${rest.slice(1)}` };
}

function issueKey(one: Issue): string {
  return `${one.code}|${one.message}|${one.place ?? ''}`;
}
