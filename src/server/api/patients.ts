import { z } from 'zod';
import { Issue } from '../../dossier/issue.ts';
import { Subject, SubjectId } from './params.ts';
import type { Specs } from './spec.ts';

const Flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const Urgency = z.enum(['now', 'open', 'historic', 'none']);

/** One line of the list. Without identity the id stands for the label, and names, numbers and births are empty. */
export const PatientRow = z.object({
  subject: z.string(),
  label: z.string(),
  names: z.array(z.string()),
  numbers: z.array(z.object({ system: z.string(), value: z.string() })),
  birthDates: z.array(z.string()),
  sex: z.string().optional(),
  composite: z.boolean(),
  synthetic: z.boolean(),
  mergedInto: z.string().optional(),
  data: z.array(z.object({ modality: z.string(), count: z.number(), latest: z.string().optional() })),
  facts: z.number(),
  findings: z.number(),
  lastVisit: z.string().optional(),
  safety: z.object({
    urgency: Urgency,
    now: z.number(),
    open: z.number(),
    checks: z.array(z.object({ display: z.string(), urgency: Urgency })),
  }),
  alike: z.array(z.string()),
  sequence: z.number(),
});
export type PatientRow = z.infer<typeof PatientRow>;

const Moved = z.array(z.object({ from: z.string(), to: z.string() }));

/** What a merge, split or undo did. */
export const TransferView = z.object({
  act: z.string(),
  type: z.enum(['merge', 'split', 'undo']),
  from: z.string(),
  into: z.string(),
  created: z.boolean(),
  sources: Moved,
  entries: Moved,
  identities: Moved,
  held: Moved,
  withdrawn: z.array(z.string()),
  review: z.array(z.string()),
  composite: z.boolean(),
  issues: z.array(Issue),
});
export type TransferView = z.infer<typeof TransferView>;

/** Whose numbers a subject bears, which source names which, and what was merged or split so far. */
export const IdentitiesView = z.object({
  subject: z.string(),
  label: z.string(),
  composite: z.boolean(),
  mergedInto: z.string().optional(),
  sequence: z.number(),
  identities: z.array(
    z.object({
      id: z.string(),
      system: z.string(),
      value: z.string(),
      name: z.string().optional(),
      birthDate: z.string().optional(),
      sex: z.string().optional(),
      basis: z.string(),
      /** How many current sources name it. */
      sources: z.number(),
    }),
  ),
  sources: z.array(
    z.object({
      id: z.string(),
      modality: z.string(),
      title: z.string(),
      path: z.string(),
      acquiredAt: z.string().optional(),
      /** The identity that it names, where that is known. */
      identity: z.string().optional(),
    }),
  ),
  acts: z.array(
    z.object({
      act: z.string(),
      type: z.enum(['merge', 'split', 'undo']),
      direction: z.enum(['out', 'in']),
      counterpart: z.string(),
      actor: z.string(),
      at: z.string(),
      reason: z.string(),
      sources: z.number(),
      undone: z.boolean(),
    }),
  ),
  alike: z.array(PatientRow),
  /** Who looks alike and was said to be somebody else, by whom and why. */
  apart: z.array(z.object({ other: z.string(), author: z.string(), at: z.string(), reason: z.string() })),
});
export type IdentitiesView = z.infer<typeof IdentitiesView>;

/** What a query finds, from `offset` on. */
export const PatientPage = z.object({
  total: z.number(),
  /** Patients in the list, whatever the query. */
  all: z.number(),
  rows: z.array(PatientRow),
  /** State of the store that this shows. */
  sequence: z.number(),
  modalities: z.array(z.object({ modality: z.string(), patients: z.number() })),
  /** Groups that may be one person; 0 for accounts that may not know who the patients are. */
  suggestions: z.number(),
});
export type PatientPage = z.infer<typeof PatientPage>;

const order = {
  offset: z.coerce.number().int().min(0).max(10_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  sort: z.enum(['label', 'subject', 'changed', 'visit', 'born', 'urgency']).optional(),
  urgency: Urgency.optional(),
};
const Listed = z.object({
  ...order,
  descending: Flag.optional(),
  /** Modalities, all of them, by commas. */
  data: z.string().max(500).optional(),
  composite: Flag.optional(),
  alike: Flag.optional(),
  merged: Flag.optional(),
});

const reason = z.string().trim().min(1).max(2000);
/** Sequences of the subjects when the decision was made. */
const seen = z.record(z.string().max(64), z.number().int()).optional();
const ids = z.array(z.string().min(1).max(200)).max(10_000);

export const patients = {
  'patients.list': {
    method: 'GET',
    path: '/api/patients',
    summary: 'The list of patients: filter, order, page',
    permission: 'patients:list',
    query: Listed,
    response: PatientPage,
  },
  'patients.search': {
    method: 'POST',
    path: '/api/patients/search',
    summary: 'The same by name, number, date of birth or id: in the body, because addresses are kept in logs',
    permission: 'patients:list',
    body: z.object({
      ...order,
      text: z.string().max(200).default(''),
      descending: z.boolean().default(false),
      data: z.array(z.string().max(60)).max(30).default([]),
      composite: z.boolean().optional(),
      alike: z.boolean().default(false),
      merged: z.boolean().default(false),
    }),
    response: PatientPage,
    action: 'read',
  },
  'patients.identities': {
    method: 'GET',
    path: '/api/patients/:subject/identities',
    summary: 'Numbers and names of a patient, which files name them, and what was merged or split',
    permission: 'identity:change',
    params: Subject,
    response: IdentitiesView,
  },
  'patients.merge': {
    method: 'POST',
    path: '/api/patients/:subject/merge',
    summary: 'Declare that this patient and another are one person; the other one takes everything in',
    permission: 'identity:change',
    params: Subject,
    body: z.object({ into: SubjectId, reason, seen }),
    response: TransferView,
    action: 'update',
  },
  'patients.apart': {
    method: 'POST',
    path: '/api/patients/:subject/apart',
    summary: 'Say that this patient and one who looks alike are two people, or take that back',
    permission: 'identity:change',
    params: Subject,
    body: z.object({ other: z.string().min(1).max(64), apart: z.boolean().default(true), reason }),
    response: z.object({ subject: z.string(), other: z.string(), apart: z.boolean() }),
    action: 'update',
  },
  'patients.split': {
    method: 'POST',
    path: '/api/patients/:subject/split',
    summary: 'Declare that some sources are of another person: a new patient, or the one named',
    permission: 'identity:change',
    params: Subject,
    body: z.object({
      sources: ids.min(1),
      identities: ids.optional(),
      into: SubjectId.optional(),
      label: z.string().trim().min(1).max(200).optional(),
      reason,
      seen,
    }),
    response: TransferView,
    action: 'update',
  },
  'patients.undo': {
    method: 'POST',
    path: '/api/patients/:subject/undo',
    summary: 'Take back a merge or split of this patient',
    permission: 'identity:change',
    params: Subject,
    body: z.object({ act: z.string().min(1).max(200), reason, seen }),
    response: TransferView,
    action: 'update',
  },
} as const satisfies Specs;
