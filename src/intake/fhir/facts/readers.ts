import { readAllergy, readCondition, readFamilyHistory } from './condition.ts';
import { readComposition, readDevice, readEncounter, readList, readProcedure, readServiceRequest } from './event.ts';
import {
  readMedicationAdministration,
  readMedicationDispense,
  readMedicationRequest,
  readMedicationStatement,
} from './medication.ts';
import { readObservation } from './observation.ts';
import { readPatient } from './patient.ts';
import { readQuestionnaireResponse } from './questionnaireResponse.ts';
import type { ResourceReader } from './reader.ts';

/** Resource types that become facts, and the element that says whose they are. Everything else is counted and kept. */
export const readers: Readonly<Record<string, { read: ResourceReader; subject: 'self' | 'subject' | 'patient' }>> = {
  Patient: { read: readPatient, subject: 'self' },
  Condition: { read: readCondition, subject: 'subject' },
  AllergyIntolerance: { read: readAllergy, subject: 'patient' },
  FamilyMemberHistory: { read: readFamilyHistory, subject: 'patient' },
  MedicationRequest: { read: readMedicationRequest, subject: 'subject' },
  MedicationStatement: { read: readMedicationStatement, subject: 'subject' },
  MedicationAdministration: { read: readMedicationAdministration, subject: 'subject' },
  MedicationDispense: { read: readMedicationDispense, subject: 'subject' },
  Observation: { read: readObservation, subject: 'subject' },
  Procedure: { read: readProcedure, subject: 'subject' },
  Encounter: { read: readEncounter, subject: 'subject' },
  Device: { read: readDevice, subject: 'patient' },
  ServiceRequest: { read: readServiceRequest, subject: 'subject' },
  List: { read: readList, subject: 'subject' },
  Composition: { read: readComposition, subject: 'subject' },
  QuestionnaireResponse: { read: readQuestionnaireResponse, subject: 'subject' },
};

/** Types that other resources are read with, without being facts themselves. */
export const supporting: ReadonlySet<string> = new Set(['Medication', 'Questionnaire', 'Substance']);
