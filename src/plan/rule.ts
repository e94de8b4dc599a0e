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
  /** Only findings some member of which has one of these codes. */
  value: z.array(z.string()).optional(),
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
  /** `unit`: holds only where the finding has this unit, for values that stand as they were reported. */
  | { number: string; is: z.infer<typeof Comparison>; than: number; unit?: string | undefined }
  | { some: string; in: string[] }
  | { every: string; in: string[] }
  | { site: string; in: string[] }
  /** Some finding of all that a name matched carries an issue of that code. */
  | { issue: string; on: string }
  /** Some code of the finding in that system. */
  | { code: string; system: string; in: string[] }
  /** Some of these safety questions stands so. */
  | { safety: string | string[]; in: ('positive' | 'negative' | 'not-assessed' | 'stale')[] }
  | { ageYears: z.infer<typeof Comparison>; than: number }
  /** The sex on which all sources agree. */
  | { sex: 'female' | 'male' }
  | { count: string; is: z.infer<typeof Comparison>; than: number }
  /** Different sites among all that a name matched: two drugs, not two entries of one. */
  | { sites: string; is: z.infer<typeof Comparison>; than: number }
  /** Some member of a quantity or of a set of quantities, or an end of an interval. */
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
    z.strictObject({ number: z.string(), is: Comparison, than: z.number(), unit: z.string().optional() }),
    z.strictObject({ some: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({ every: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({ site: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({ issue: z.string(), on: z.string() }),
    z.strictObject({ code: z.string(), system: z.string(), in: z.array(z.string()).min(1) }),
    z.strictObject({
      safety: z.union([z.string(), z.array(z.string()).min(1)]),
      in: z.array(z.enum(['positive', 'negative', 'not-assessed', 'stale'])).min(1),
    }),
    z.strictObject({ ageYears: Comparison, than: z.number() }),
    z.strictObject({ sex: z.enum(['female', 'male']) }),
    z.strictObject({ count: z.string(), is: Comparison, than: z.number() }),
    z.strictObject({ sites: z.string(), is: Comparison, than: z.number() }),
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

/** How strongly a body says it, and how certain it is of the evidence, each in its own words. */
const Strength = z.strictObject({
  grade: z.string().min(1),
  body: z.string().min(1),
  /** Absent: the body states none, and the page says so. */
  certainty: z.string().min(1).optional(),
});

const Case = z.strictObject({
  when: Condition.optional(),
  verb: z.enum(['review', 'discuss', 'consider', 'ask', 'repeat', 'refer', 'act-now']),
  action: z.string().min(1),
  urgency: z.enum(['now', 'soon', 'routine']),
  strength: Strength,
  /** Whether it speaks for or against using what the line is about: opposite lines are a conflict. */
  direction: z.enum(['toward', 'away']).optional(),
  /** Where this wording stands on another ground than the rule. */
  precedence: z.string().optional(),
});

/** Another way to the same end. `equal`: nothing that is known here ranks it below the line itself. */
const Alternative = Saying.extend({
  equal: z.boolean().default(true),
  strength: z.string().min(1).optional(),
});

/** What to look at and when. */
const Monitor = Saying.extend({ at: z.string().min(1) });

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
  /** On what ground it stands: an id of plan/precedence.json. */
  precedence: z.string(),
  /** What kind of care it proposes, for the drafts that leave. */
  service: z.enum([
    'drug',
    'psychological',
    'physical',
    'neuromodulation',
    'intervention',
    'monitoring',
    'test',
    'referral',
    'conversation',
  ]),
  /** Guards against harm: a site that switches it off is named on the page. */
  safety: z.boolean().default(false),
  /** Names of which every site is touched too: both drugs of a pair. */
  topicsOf: z.array(z.string()).default([]),
  /** Lines of these rules wait for this one, whatever they are about. */
  before: z.array(z.strictObject({ rule: z.string(), because: z.string().min(1) })).default([]),
  for: z.array(Saying).min(1),
  against: z.array(Saying).default([]),
  alternatives: z.array(Alternative).default([]),
  monitor: z.array(Monitor).default([]),
  /** What the person and the team want to reach with it. */
  goal: z.string().min(1).optional(),
  wouldChange: z.array(Saying).min(1),
  /** When to look again: no line without it. */
  lookAgain: z.string().min(1),
});
export type Rule = z.infer<typeof Rule>;

export const Guidance = z.strictObject({
  title: z.string(),
  version: z.string().optional(),
  date: z
    .string()
    .regex(/^\d{4}(-\d{2}(-\d{2})?)?$/)
    .optional(),
  reference: z.string().optional(),
  /** Printed with every line that cites it. */
  note: z.string().optional(),
  /** Whether our words were held against its text or an official summary. What was not moves no strong line. */
  verified: z.boolean(),
  /** The body's own rule of when it lapses. */
  lapses: z.strictObject({ afterYears: z.number().int().positive(), by: z.string() }).optional(),
  /** A newer text that took its place. */
  replacedBy: z.string().optional(),
});
export type Guidance = z.infer<typeof Guidance>;

export const GuidanceFile = KnowledgeHeader.extend({ guidance: z.record(z.string(), Guidance) });

/** Grounds on which lines stand, the highest first, each with the sentence that explains why it goes before. */
export const PrecedenceFile = KnowledgeHeader.extend({
  order: z.array(z.strictObject({ id: z.string(), display: z.string(), because: z.string() })).min(1),
  /** Rules whose lines stand first among those of today, in this order, whatever their ground. */
  firstOfNow: z.array(z.strictObject({ rule: z.string(), because: z.string().min(1) })).default([]),
});
export type PrecedenceFile = z.infer<typeof PrecedenceFile>;

/** One domain of rules. A site adds a file, or rules to its own, and says which shipped ones it does not want. */
export const RuleFile = KnowledgeHeader.extend({
  guidance: z.record(z.string(), Guidance).default({}),
  rules: z.array(Rule),
  switchedOff: z
    .array(
      z.strictObject({
        /** A rule or a safety question. */
        id: z.string(),
        reason: z.string().min(1),
        by: z.string().min(1),
        date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/),
      }),
    )
    .default([]),
});
export type RuleFile = z.infer<typeof RuleFile>;

/** What a site wants done on a positive answer, by safety question: it stands in the place of the built-in action. */
export const SiteTextFile = KnowledgeHeader.extend({ actions: z.record(z.string(), z.string().trim().min(1)) });

/** A safety question and how the dossier answers it. In a file their order is the order among equals on the page. */
export const SafetyRule = z.strictObject({
  check: z.string(),
  display: z.string(),
  /** Rules whose lines say what to do about a positive answer; `about` where only one of several lines of a rule does. */
  lines: z.array(z.strictObject({ rule: z.string(), about: z.string().optional() })).default([]),
  /** What a negative state is called where `negative` would mislead: `read` for a list, `none known` for allergies. */
  negativeLabel: z.string().optional(),
  /** Asked only when one of these findings is there; absent: asked of every patient. */
  relevant: Binding.optional(),
  /** An answer makes it relevant too: a yes is never hidden because nothing else asks for the question. */
  orAnswered: z.boolean().default(false),
  /** Names for `when`, beside `relevant` and `answer`. */
  bind: z.record(z.string(), Binding).default({}),
  /** Asked only when this holds: the same conditions as a rule's. */
  when: Condition.optional(),
  /** The finding that answers it. */
  answer: Binding,
  /** Negative only when each site of `answer` has an answer of its own: one allele typed says nothing of the other. */
  everySite: z.boolean().default(false),
  /** What answers while nothing matches `answer`, and the words that hold then. It never makes the question negative. */
  otherwise: z
    .strictObject({
      answer: Binding,
      statements: z.strictObject({ positive: z.string(), notAssessed: z.string() }),
      action: z.strictObject({ positive: z.string() }),
    })
    .optional(),
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
    /** In place of `notAssessed` where something was answered that cannot be read. */
    unreadable: z.string().optional(),
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

export const SafetyFile = KnowledgeHeader.extend({
  /** Said besides of an answer that stands in a form and in no source; `{now}` is what the form says now. */
  formWords: z
    .strictObject({ open: z.string(), changed: z.string(), 'thrown-away': z.string(), completed: z.string() })
    .default({
      open: 'It stands in a form that is not completed.',
      changed: 'It stands in a form that is not completed and says {now} now.',
      'thrown-away': 'The form was thrown away; the answer was given.',
      completed: 'The completed form says {now}; that does not erase it.',
    }),
  checks: z.array(SafetyRule),
});
export type SafetyFile = z.infer<typeof SafetyFile>;
