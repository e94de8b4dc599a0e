import { z } from 'zod';
import { KnowledgeHeader } from '../knowledge/load.ts';

/**
 * A rule names the findings it looks at (`bind`), says when each wording holds (`cases`), and carries every argument
 * for and against. It is data: a new rule is a new object in knowledge/plan/, never new code.
 */

/** Which current finding a name stands for. The latest in time is taken, or one line is made for each (`each`). */
export const Binding = z.object({
  measure: z.array(z.string()).min(1),
  /** Codes of the site, gene or drug. Absent: any. */
  site: z.array(z.string()).optional(),
  /** Codes of sites that it does not stand for: another rule speaks of them. */
  notSite: z.array(z.string()).optional(),
  /** Only findings about what the named binding is about: the guidance of the drug of this line. */
  sameSiteAs: z.string().optional(),
  /** Who read it; the empty name stands for findings that name nobody. Absent: anybody. */
  reader: z.array(z.string()).optional(),
  /** Prefixes of an ATC code among the finding's codes: a drug class. */
  atc: z.array(z.string()).optional(),
  /** Which of several matches the name stands for: the latest, or the one with the highest number. */
  prefer: z.enum(['latest', 'highest']).default('latest'),
  /** One plan line for each match instead of one for the latest. At most one binding of a rule has it. */
  each: z.boolean().default(false),
  /** The rule goes on without it. */
  optional: z.boolean().default(false),
});
export type Binding = z.infer<typeof Binding>;

const Comparison = z.enum(['<', '<=', '>', '>=', '=']);

/**
 * Conditions over bound findings. Set-valued findings have no single value: `some` and `every` are the only ways to
 * ask about them, so that no rule can collapse a set without saying so.
 */
export type Condition =
  | { has: string }
  | { lacks: string }
  | { refused: string }
  | { number: string; is: z.infer<typeof Comparison>; than: number }
  | { some: string; in: string[] }
  | { every: string; in: string[] }
  | { site: string; in: string[] }
  /** Some code of the finding in that system. */
  | { code: string; system: string; in: string[] }
  | { safety: string; in: ('positive' | 'negative' | 'not-assessed' | 'stale')[] }
  | { ageYears: z.infer<typeof Comparison>; than: number }
  | { count: string; is: z.infer<typeof Comparison>; than: number }
  /** Some member of a quantity or of a set of quantities. */
  | { someNumber: string; is: z.infer<typeof Comparison>; than: number }
  /** Whole days from the finding's time to the day of the plan; false when it has no time. */
  | { days: string; is: z.infer<typeof Comparison>; than: number }
  /** Different days among all that a name matched. */
  | { occasions: string; is: z.infer<typeof Comparison>; than: number }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };

export const Condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ has: z.string() }),
    z.strictObject({ lacks: z.string() }),
    z.strictObject({ refused: z.string() }),
    z.strictObject({ number: z.string(), is: Comparison, than: z.number() }),
    z.strictObject({ some: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({ every: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({ site: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({ code: z.string(), system: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({
      safety: z.string(),
      in: z.array(z.enum(['positive', 'negative', 'not-assessed', 'stale'])).min(1),
    }),
    z.strictObject({ ageYears: Comparison, than: z.number() }),
    z.strictObject({ count: z.string(), is: Comparison, than: z.number() }),
    z.strictObject({ someNumber: z.string(), is: Comparison, than: z.number() }),
    z.strictObject({ days: z.string(), is: Comparison, than: z.number() }),
    z.strictObject({ occasions: z.string(), is: Comparison, than: z.number() }),
    z.strictObject({ all: z.array(Condition).min(1) }),
    z.strictObject({ any: z.array(Condition).min(1) }),
    z.strictObject({ not: Condition }),
  ]),
);

/** A sentence with `{name}`, `{name.site}`, `{name.time}` for bound findings, shown when its condition holds. */
const Saying = z.strictObject({
  when: Condition.optional(),
  say: z.string().min(1),
  of: z.array(z.string()).default([]),
});
export type Saying = z.infer<typeof Saying>;

const Strength = z.strictObject({ grade: z.string().min(1), body: z.string().min(1) });

const Case = z.strictObject({
  when: Condition.optional(),
  verb: z.enum(['review', 'discuss', 'consider', 'ask', 'repeat', 'refer', 'act-now']),
  action: z.string().min(1),
  urgency: z.enum(['now', 'soon', 'routine']),
  strength: Strength,
});

export const Rule = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  version: z.string().min(1),
  title: z.string().min(1),
  bind: z.record(z.string(), Binding),
  /** No line at all unless this holds. */
  when: Condition.optional(),
  /** What the line is about, as a template: lines about the same thing are looked at for conflicts. */
  about: z.string().min(1),
  /** The first whose condition holds gives the line. None: no line. */
  cases: z.array(Case).min(1),
  guidance: z.array(z.string()).min(1),
  for: z.array(Saying).min(1),
  against: z.array(Saying).default([]),
  wouldChange: z.array(Saying).min(1),
  /** When to look again: no line without it. */
  lookAgain: z.string().min(1),
});
export type Rule = z.infer<typeof Rule>;

export const Guidance = z.strictObject({
  title: z.string(),
  version: z.string().optional(),
  date: z.string().optional(),
  reference: z.string().optional(),
  /** Printed with every line that cites it: `lapsed after five years`. */
  note: z.string().optional(),
});

export const RuleFile = KnowledgeHeader.extend({
  guidance: z.record(z.string(), Guidance),
  rules: z.array(Rule),
});
export type RuleFile = z.infer<typeof RuleFile>;

/** A safety question and how the dossier answers it. In a file their order is the order among equals on the page. */
export const SafetyRule = z.strictObject({
  check: z.string(),
  display: z.string(),
  /** What a negative state is called where `negative` would mislead: `read` for a list, `none known` for allergies. */
  negativeLabel: z.string().optional(),
  /** Asked only when one of these findings is there; absent: asked of every patient. */
  relevant: Binding.optional(),
  /** Names for `when`, beside `relevant` and `answer`. */
  bind: z.record(z.string(), Binding).default({}),
  /** Asked only when this holds: the same conditions as a rule's. */
  when: Condition.optional(),
  /** The finding that answers it. */
  answer: Binding,
  /** Negative only when each site of `answer` has an answer of its own: one allele typed says nothing of the other. */
  everySite: z.boolean().default(false),
  positive: z.strictObject({
    number: z.strictObject({ is: Comparison, than: z.number() }).optional(),
    codes: z.array(z.string()).optional(),
    /** From this answer on the stronger statement is used. */
    strongerFrom: z.number().optional(),
  }),
  /** A positive answer not older than this is `now`, an older one `historic`; undated counts as now. */
  nowForDays: z.number().optional(),
  /** A negative or current answer older than this, or without a date, is `stale`. */
  staleAfterDays: z.number().optional(),
  urgency: z.enum(['now', 'open']),
  /** A positive answer is `open` instead of `now` when this holds. */
  openWhen: Condition.optional(),
  statements: z.strictObject({
    positive: z.string(),
    /** Instead of `positive` from `strongerFrom` on. */
    stronger: z.string().optional(),
    /** Added to a positive when a later answer is negative: it does not erase it. `{later}` is that answer. */
    laterNegative: z.string().optional(),
    negative: z.string(),
    stale: z.string(),
    notAssessed: z.string(),
    /** The newest form leaves the question open although an older one answered it. */
    leftOpen: z.string().optional(),
    historic: z.string().optional(),
    /** Positive, and a person has recorded what was done. */
    handled: z.string().optional(),
  }),
  /** Built-in text; a site replaces it. */
  action: z.strictObject({
    positive: z.string().optional(),
    stronger: z.string().optional(),
    historic: z.string().optional(),
    stale: z.string().optional(),
    notAssessed: z.string().optional(),
  }),
});
export type SafetyRule = z.infer<typeof SafetyRule>;

export const SafetyFile = KnowledgeHeader.extend({ checks: z.array(SafetyRule) });
