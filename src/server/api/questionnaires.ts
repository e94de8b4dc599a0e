import { z } from 'zod';
import { FormAnswers } from '../questionnaires/answers.ts';
import { Subject } from './params.ts';
import type { Specs } from './spec.ts';

const One = Subject.extend({ instrument: z.string().min(1).max(64) });
const FilledBy = z.enum(['patient', 'clinician']);

export const DraftView = z.object({
  version: z.number(),
  filledBy: FilledBy,
  answers: FormAnswers,
  startedAt: z.string(),
  savedAt: z.string(),
});
export type DraftView = z.infer<typeof DraftView>;

export const EscalationView = z.object({
  check: z.string(),
  display: z.string(),
  statement: z.string(),
  action: z.string().optional(),
  state: z.enum(['positive', 'negative', 'not-assessed', 'stale']),
  urgency: z.enum(['now', 'open', 'historic', 'none']),
});
export type EscalationView = z.infer<typeof EscalationView>;

export const FormView = z.object({
  instrument: z.string(),
  display: z.string(),
  recall: z.string(),
  wording: z.enum(['site', 'topics', 'own']),
  source: z.string().optional(),
  copyright: z.string().optional(),
  language: z.string().optional(),
  licence: z.string(),
  items: z.array(
    z.object({
      number: z.number(),
      text: z.string(),
      options: z.array(z.object({ value: z.number(), label: z.string().optional() })),
    }),
  ),
  /** Shapes to answer on instead of a list: one item each. */
  figure: z
    .object({
      frame: z.object({ width: z.number(), height: z.number() }),
      regions: z.array(
        z.object({
          code: z.string(),
          view: z.enum(['front', 'back']),
          part: z.string(),
          side: z.enum(['left', 'right']).optional(),
          item: z.number(),
          points: z.string(),
        }),
      ),
    })
    .optional(),
  /** One item is asked after the other, by an item bank of the site; when it stops. */
  adaptive: z
    .object({ version: z.string(), fewest: z.number(), most: z.number(), standardError: z.number() })
    .optional(),
  /** What a safety answer asks for, at hand before it is given: nothing may come between the answer and the words. */
  safety: z.array(z.object({ item: z.number(), value: z.number(), escalations: z.array(EscalationView) })),
});
export type FormView = z.infer<typeof FormView>;

/** Of an item bank: where the person stands, and which item tells most now. */
export const AdaptiveView = z.object({
  /** Number of the item to be asked; absent when it is enough. */
  next: z.number().optional(),
  reason: z.enum(['first', 'most-information', 'precise-enough', 'most-items-asked', 'bank-exhausted']),
  answered: z.number(),
  /** In the metric of the bank (T), with its standard error; absent before the first answer. */
  score: z.number().optional(),
  standardError: z.number().optional(),
});
export type AdaptiveView = z.infer<typeof AdaptiveView>;

/** What was answered, and on top of which saved version. */
const Given = z.object({ answers: FormAnswers, filledBy: FilledBy, basedOn: z.int().nonnegative() });

export const questionnaires = {
  'questionnaires.list': {
    method: 'GET',
    path: '/api/patients/:subject/questionnaires',
    summary: 'Questionnaires that can be filled in, with drafts and what was answered before',
    permission: 'questionnaires:write',
    params: Subject,
    response: z.object({
      questionnaires: z.array(
        z.object({
          instrument: z.string(),
          display: z.string(),
          recall: z.string(),
          items: z.number(),
          /** At most so many of the items are asked. */
          adaptive: z.object({ most: z.number() }).optional(),
          wording: z.enum(['site', 'topics', 'own']),
          /** `positive`: names of safety questions that are answered positively in it. */
          draft: z.object({ answered: z.number(), savedAt: z.string(), positive: z.array(z.string()) }).optional(),
          /** Newest scores of the instrument. */
          latest: z.array(
            z.object({ finding: z.string(), name: z.string(), value: z.string(), time: z.string().optional() }),
          ),
        }),
      ),
    }),
  },
  'questionnaires.get': {
    method: 'GET',
    path: '/api/patients/:subject/questionnaires/:instrument',
    summary: 'One questionnaire with the draft of this account',
    permission: 'questionnaires:write',
    params: One,
    response: z.object({
      form: FormView,
      draft: DraftView.extend({ escalations: z.array(EscalationView) }).optional(),
    }),
  },
  'questionnaires.save': {
    method: 'PUT',
    path: '/api/patients/:subject/questionnaires/:instrument/draft',
    summary: 'Save answers on top of the version that was seen',
    permission: 'questionnaires:write',
    params: One,
    body: Given,
    /** With positive safety answers, which are kept for themselves from now on: to be shown at once. */
    response: DraftView.extend({ escalations: z.array(EscalationView) }),
  },
  'questionnaires.discard': {
    method: 'DELETE',
    path: '/api/patients/:subject/questionnaires/:instrument/draft',
    summary: 'Throw the draft of this account away; positive safety answers in it stay as they were given',
    permission: 'questionnaires:write',
    params: One,
    response: z.object({ discarded: z.literal(true), escalations: z.array(EscalationView) }),
  },
  'questionnaires.complete': {
    method: 'POST',
    path: '/api/patients/:subject/questionnaires/:instrument/responses',
    summary: 'Keep a completed form as a source; answers that must be acted on come back at once',
    permission: 'questionnaires:write',
    params: One,
    body: Given,
    response: z.object({
      source: z.string(),
      /** The work-up that brings scores and plan up to date; it goes on by itself, whatever becomes of the page. */
      job: z.string().optional(),
      /** To be shown before anything else. */
      escalations: z.array(EscalationView),
      unanswered: z.array(z.number()),
    }),
  },
  'questionnaires.next': {
    method: 'POST',
    path: '/api/patients/:subject/questionnaires/:instrument/next',
    summary: 'What an adaptive questionnaire asks next, and how precise it is by now',
    permission: 'questionnaires:write',
    params: One,
    body: z.object({ answers: FormAnswers }),
    response: AdaptiveView,
    action: 'read',
  },
  'questionnaires.escalations': {
    method: 'POST',
    path: '/api/patients/:subject/questionnaires/:instrument/escalations',
    summary: 'What answers ask for at once, whether or not they are kept',
    permission: 'questionnaires:write',
    params: One,
    body: z.object({ answers: FormAnswers }),
    response: z.object({ escalations: z.array(EscalationView) }),
    action: 'read',
  },
} as const satisfies Specs;
