import type { Conflict, Recommendation } from '../dossier/recommendation.ts';
import type { PrecedenceFile, Rule } from './rule.ts';

/** A line before it is weighed against the others. */
export interface Drafted {
  line: Recommendation;
  rule: Rule;
  /** Whether it speaks for or against using what it is about. */
  direction: 'toward' | 'away' | undefined;
  /** On what ground it stands: its place in the order of precedence. */
  precedence: string;
  /** What it is about, and the drugs or conditions that it touches. */
  topics: ReadonlySet<string>;
}

/**
 * Lines about one thing are held against each other. Where they point in opposite ways, the one on the higher ground
 * goes before and the other stands back, both with the reason; on equal ground nothing is decided and both say so. A rule
 * may also go before another by name. Lines that point in no opposite ways are shown to each other. Nothing is dropped.
 */
export function weigh(drafts: readonly Drafted[], order: PrecedenceFile['order']): Recommendation[] {
  const rank = new Map(order.map(({ id }, i) => [id, i]));
  const because = new Map(order.map(({ id, because }) => [id, because]));
  const conflicts = new Map<Drafted, Conflict[]>(drafts.map((one) => [one, []]));
  const held = new Map<Drafted, { by: string; because: string }>();
  const settle = (first: Drafted, second: Drafted, why: string) => {
    conflicts.get(first)!.push({
      outcome: 'goes-before',
      statement: `Goes before: ${brief(second.line.action)} ${why}`,
      basis: [second.line.id],
    });
    conflicts.get(second)!.push({
      outcome: 'stands-back',
      statement: `Stands back behind: ${brief(first.line.action)} ${why}`,
      basis: [first.line.id],
    });
    if (!held.has(second)) held.set(second, { by: first.line.id, because: why });
  };
  for (const [a, b] of pairs(drafts)) {
    const byName = namedOrder(a, b);
    if (byName) settle(byName.first, byName.second, byName.because);
    else if (!sharesTopic(a, b)) continue;
    else if (!opposed(a, b)) {
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const)
        conflicts.get(one)!.push({
          outcome: 'together',
          statement: `Weigh together with: ${named(other.line)}`,
          basis: [other.line.id],
        });
    } else if (rank.get(a.precedence) === rank.get(b.precedence)) {
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const)
        conflicts.get(one)!.push({
          outcome: 'unresolved',
          statement: `Points the other way on equal ground, and is not decided here: ${brief(other.line.action)}`,
          basis: [other.line.id],
        });
    } else {
      const [first, second] = rank.get(a.precedence)! < rank.get(b.precedence)! ? [a, b] : [b, a];
      settle(first, second, because.get(first.precedence)!);
    }
  }
  return drafts.map((one) => {
    const by = held.get(one);
    return {
      ...one.line,
      conflicts: conflicts.get(one)!,
      ...(by ? { held: by, urgency: 'routine' as const } : {}),
    };
  });
}

/** The first sentence: the whole line stands a link away. */
function brief(action: string): string {
  return /^.*?[.!?](?=\s|$)/s.exec(action)?.[0] ?? action;
}

/** Lines that are only shown to each other are named, not repeated: a plan about one drug has many of them. */
function named({ about, verb }: Recommendation): string {
  return `${about} (${verb.replace('-', ' ')})`;
}

/** Each pair once, in the order of the lines; lines of one rule about several drugs are no conflict. */
function* pairs(drafts: readonly Drafted[]): Generator<[Drafted, Drafted]> {
  for (let i = 0; i < drafts.length; i++)
    for (let j = i + 1; j < drafts.length; j++) {
      const [a, b] = [drafts[i]!, drafts[j]!];
      if (a.rule.id !== b.rule.id || a.line.about === b.line.about) yield [a, b];
    }
}

function namedOrder(a: Drafted, b: Drafted): { first: Drafted; second: Drafted; because: string } | undefined {
  for (const [first, second] of [
    [a, b],
    [b, a],
  ] as const) {
    const named = first.rule.before.find(({ rule }) => rule === second.rule.id);
    if (named) return { first, second, because: named.because };
  }
  return undefined;
}

function sharesTopic(a: Drafted, b: Drafted): boolean {
  return [...a.topics].some((topic) => b.topics.has(topic));
}

function opposed(a: Drafted, b: Drafted): boolean {
  return a.direction !== undefined && b.direction !== undefined && a.direction !== b.direction;
}
