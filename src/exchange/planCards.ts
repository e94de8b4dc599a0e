/** The plan as CDS Hooks cards (CDS Hooks 2.0, HTTP response): what a record system can show beside a patient. */
import { z } from 'zod';
import type { Recommendation, SafetyCheck } from '../dossier/recommendation.ts';
import { uuidOf } from './identifiers.ts';

const Coding = z.looseObject({ code: z.string(), system: z.string().optional(), display: z.string().optional() });

/** A card as the specification has it: what must be there, and the form of what may be. */
export const Card = z.looseObject({
  uuid: z.string().optional(),
  /** At most 140 characters. */
  summary: z.string().min(1).max(140),
  detail: z.string().optional(),
  indicator: z.enum(['info', 'warning', 'critical']).optional(),
  source: z.looseObject({ label: z.string().min(1), url: z.string().optional() }),
  suggestions: z.array(z.looseObject({ label: z.string() })).optional(),
  selectionBehavior: z.enum(['at-most-one', 'any']).optional(),
  overrideReasons: z.array(Coding).optional(),
  links: z.array(z.looseObject({ label: z.string(), url: z.string(), type: z.string() })).optional(),
});
export type Card = z.infer<typeof Card>;

const overrideReasons = [
  ['not-this-person', 'Does not fit this person'],
  ['done', 'Already done or decided'],
  ['declined', 'The person declined'],
  ['wrong-data', 'Rests on data that are wrong or old'],
].map(([code, display]) => ({ code: code!, system: 'urn:idiograph:override-reason', display: display! }));
const indicators = { now: 'critical', soon: 'warning', routine: 'info' } as const;
const disclaimer = '_Research software. It supports a decision and makes none._';

/**
 * Cards of one plan: safety questions that must be acted on or are open, then the lines. A line that waits for another is
 * information. No card suggests an order: a person decides first.
 */
export function cardsOf(plan: { safetyChecks: readonly SafetyCheck[]; recommendations: readonly Recommendation[] }): {
  cards: Card[];
} {
  const open = plan.safetyChecks.filter(({ urgency }) => urgency !== 'none');
  return { cards: [...open.map(cardOfCheck), ...plan.recommendations.map(cardOfLine)] };
}

function cardOfCheck(check: SafetyCheck): Card {
  return {
    uuid: uuidOf(`card ${check.id}`),
    summary: short(`${check.display}: ${check.stateLabel}`),
    detail: [check.statement, check.action, disclaimer].filter((part) => part !== undefined).join('\n\n'),
    indicator: check.urgency === 'now' ? 'critical' : 'warning',
    source: { label: 'Idiograph, safety question' },
    overrideReasons: overrideReasons.filter(({ code }) => code === 'done' || code === 'wrong-data'),
  };
}

function cardOfLine(line: Recommendation): Card {
  const list = (title: string, items: readonly string[]) =>
    items.length === 0 ? undefined : `**${title}**\n\n${items.map((item) => `- ${item}`).join('\n')}`;
  const detail = [
    line.action,
    line.held === undefined ? undefined : `**Waits for another line:** ${line.held.because}`,
    `**Strength:** ${line.strength.grade} (${line.strength.body}). **Certainty:** ${line.certainty ?? 'not stated'}.`,
    list(
      'For',
      line.for.map(({ statement }) => statement),
    ),
    list(
      'Against',
      line.against.map(({ statement }) => statement),
    ),
    list(
      'Other ways',
      (line.alternatives ?? []).map(
        ({ statement, equal, strength }) =>
          `${statement}${strength === undefined ? '' : ` (${strength})`}${equal ? '' : ' - not of equal standing'}`,
      ),
    ),
    list(
      'Other lines',
      line.conflicts.map(({ statement }) => statement),
    ),
    list(
      'Monitor',
      (line.monitor ?? []).map(({ what, at }) => `${what}: ${at}`),
    ),
    list('Would change it', line.wouldChange),
    list(
      'Guidance',
      line.guidance.map(({ title, version, date, state }) =>
        [title, version, date, state].filter((part) => part !== undefined).join(', '),
      ),
    ),
    disclaimer,
  ].filter((part) => part !== undefined);
  return {
    uuid: uuidOf(`card ${line.id}`),
    summary: short(`${line.verb === 'act-now' ? 'Act now' : capital(line.verb)}: ${line.about}`),
    detail: detail.join('\n\n'),
    indicator: line.held === undefined ? indicators[line.urgency] : 'info',
    source: { label: line.strength.body },
    overrideReasons,
  };
}

function short(text: string): string {
  return text.length <= 140 ? text : `${text.slice(0, 137).trimEnd()}...`;
}

function capital(text: string): string {
  return text.replace(/^./, (first) => first.toUpperCase());
}
