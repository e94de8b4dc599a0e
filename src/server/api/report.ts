import { z } from 'zod';
import { Subject } from './params.ts';
import type { Specs } from './spec.ts';

const language = z.enum(['en', 'de']).default('en');

export const report = {
  'report.state': {
    method: 'GET',
    path: '/api/patients/:subject/report',
    summary: 'Whether the report is signed, and what it can be had as',
    permission: 'report:preview',
    params: Subject,
    response: z.object({
      signed: z.object({ status: z.enum(['draft', 'signed', 'signed-but-outdated', 'amended']), words: z.string() }),
      pdf: z.boolean(),
      patientPage: z.object({ open: z.boolean(), closedBecause: z.string().optional(), released: z.number() }),
    }),
  },
  'report.preview': {
    method: 'GET',
    path: '/api/patients/:subject/report/preview',
    summary: 'The report as a page without script, to be shown in a frame',
    permission: 'report:preview',
    params: Subject,
    response: 'raw',
  },
  'report.export': {
    method: 'GET',
    path: '/api/patients/:subject/report/export/:format',
    summary: 'The report to be handed out: html, pdf or a FHIR bundle',
    permission: 'report:export',
    params: Subject.extend({ format: z.enum(['html', 'pdf', 'fhir']) }),
    response: 'raw',
    action: 'export',
  },
  'report.patientPreview': {
    method: 'GET',
    path: '/api/patients/:subject/patient-page/preview',
    summary: "The patient's page as it would leave now, to be shown in a frame",
    permission: 'twin:release',
    params: Subject,
    query: z.object({ language }),
    response: 'raw',
  },
  'report.patientExport': {
    method: 'GET',
    path: '/api/patients/:subject/patient-page/export/:format',
    summary: "The patient's page to be handed over: released items only, under a signature that holds",
    permission: 'report:export',
    params: Subject.extend({ format: z.enum(['html', 'pdf']) }),
    query: z.object({ language }),
    response: 'raw',
    action: 'export',
  },
} as const satisfies Specs;
