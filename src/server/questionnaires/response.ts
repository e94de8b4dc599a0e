import type { Instrument } from '../../forms/instrument.ts';
import { isBankForm } from './adaptive.ts';
import type { FormAnswers } from './answers.ts';

export interface Completed {
  answers: FormAnswers;
  filledBy: 'patient' | 'clinician';
  /** Account that entered or supervised it. */
  account: string;
  /** When it was completed, ISO 8601. */
  at: string;
}

const loinc = 'http://loinc.org';
const ordinal = 'http://hl7.org/fhir/StructureDefinition/ordinalValue';

/**
 * The answers as a FHIR R4 QuestionnaireResponse, to be kept byte for byte and read like any other. Items carry the LOINC
 * number where the instrument has one; an item without an answer stands there without one. No wording is in it.
 * https://hl7.org/fhir/R4/questionnaireresponse.html
 */
export function questionnaireResponse(instrument: Instrument, { answers, filledBy, account, at }: Completed): object {
  const patient = { type: 'Patient', display: 'the person whom the dossier is about' };
  const clinician = { type: 'Practitioner', display: `account ${account}` };
  const isBank = isBankForm(instrument);
  // Of a bank only what was asked, under the owner's names of the items.
  const items = isBank
    ? instrument.items.filter(({ number }) => answers[String(number)] !== undefined)
    : instrument.items;
  return {
    resourceType: 'QuestionnaireResponse',
    questionnaire: `urn:idiograph:${isBank ? 'item-bank' : 'questionnaire'}/${instrument.id}`,
    status: 'completed',
    authored: at,
    author: clinician,
    source: filledBy === 'patient' ? patient : clinician,
    item: items.map(({ number, codes, label }) => {
      const code = codes.find(({ system }) => system === 'LOINC')?.code;
      const value = answers[String(number)];
      return {
        linkId: isBank ? label : code === undefined ? String(number) : `/${code}`,
        ...(value === undefined ? {} : { answer: [answerOf(instrument, value)] }),
      };
    }),
  };
}

function answerOf(instrument: Instrument, value: number): object {
  const code = instrument.answerCodes.find((one) => one.system === 'LOINC' && one.value === value);
  if (code === undefined) return { valueInteger: value };
  return { valueCoding: { extension: [{ url: ordinal, valueDecimal: value }], system: loinc, code: code.code } };
}
