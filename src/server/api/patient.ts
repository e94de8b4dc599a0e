import { z } from 'zod';
import { Question } from './imports.ts';
import { Subject, SubjectRecord, SubjectRoom } from './params.ts';
import type { Specs } from './spec.ts';
import { PageOneView, SubjectLineView } from './views/pageOne.ts';
import { RoomPageView } from './views/room.ts';
import { TimelineView } from './views/timeline.ts';
import { WhyView } from './views/why.ts';

export const patient = {
  'patient.head': {
    method: 'GET',
    path: '/api/patients/:subject/head',
    summary: 'Who the pages are about, what is urgent, and which rooms have something to say',
    permission: 'patients:read',
    params: Subject,
    response: z.object({
      subject: SubjectLineView,
      asOf: z.string(),
      /** Checks and lines that cannot wait: they stand above every page. */
      urgent: z.array(
        z.object({ id: z.string(), title: z.string(), statement: z.string(), action: z.string().optional() }),
      ),
      /** Positive answers that somebody acted on today: still above every page, apart from what cannot wait. */
      actedToday: z.array(z.object({ id: z.string(), title: z.string(), words: z.string() })),
      /** Open safety questions that are not urgent. */
      openChecks: z.number(),
      signed: z.object({ status: z.string(), words: z.string() }),
      rooms: z.array(z.object({ room: z.string(), title: z.string(), findings: z.number(), cautions: z.number() })),
    }),
  },
  'patient.question': {
    method: 'PUT',
    path: '/api/patients/:subject/question',
    summary: 'State the clinical question of a patient, on top of the one that was seen; 409 when it has changed since',
    permission: 'identity:change',
    params: Subject,
    body: z.object({ question: Question, seen: z.string().max(10_000).optional() }),
    response: z.object({ question: z.string() }),
  },
  'patient.page': {
    method: 'GET',
    path: '/api/patients/:subject/page',
    summary: 'Page one: question, data, safety, three sentences, key findings, plan',
    permission: 'patients:read',
    params: Subject,
    response: PageOneView,
  },
  'patient.room': {
    method: 'GET',
    path: '/api/patients/:subject/rooms/:room',
    summary: 'Everything that one room says: tables, pictures, cautions, methods and their limits',
    permission: 'patients:read',
    params: SubjectRoom,
    response: RoomPageView,
  },
  'patient.timeline': {
    method: 'GET',
    path: '/api/patients/:subject/timeline',
    summary: 'Everything that has a date, of all modalities, on one axis; and what has none',
    permission: 'patients:read',
    params: Subject,
    response: TimelineView,
  },
  'patient.picture': {
    method: 'GET',
    path: '/api/patients/:subject/pictures/:record',
    summary: 'A picture that an analysis drew (PNG)',
    permission: 'patients:read',
    params: SubjectRecord,
    response: 'raw',
  },
  'patient.why': {
    method: 'GET',
    path: '/api/patients/:subject/why/:record',
    summary: 'The walk from a record back to bytes, and forward to all that used it',
    permission: 'patients:read',
    params: SubjectRecord,
    response: WhyView,
  },
  'patient.excerpt': {
    method: 'GET',
    path: '/api/patients/:subject/sources/:record/excerpt',
    summary: 'What stands at a place of a source: the line of a VCF, the entry of a bundle, the answer',
    permission: 'sources:read',
    params: SubjectRecord,
    query: z.object({ place: z.string().min(1).max(300) }),
    response: z.object({
      path: z.string(),
      sha256: z.string(),
      lines: z.array(z.object({ number: z.number().optional(), text: z.string(), marked: z.boolean() })),
      /** Said where there is no text to show. */
      remark: z.string().optional(),
    }),
  },
} as const satisfies Specs;
