import { daysBefore, type ExamplePatient, exampleDay, textFile } from '../patient.ts';
import { drawn, torsoGrid, torsoPhantom } from '../phantoms/torso.ts';
import type { Example, TruthFinding } from '../truth.ts';
import {
  bodySize,
  bundleFile,
  condition,
  drugs,
  fhirRecord,
  medication,
  medicationListReviewed,
  noKnownAllergy,
} from '../write/fhir.ts';
import { writeOru } from '../write/hl7.ts';
import { petUids, writePetSeries } from '../write/petSeries.ts';
import { writeRtStruct } from '../write/rtstruct.ts';

const patient: ExamplePatient = {
  id: 'SYN-ONC-0002',
  dicomName: 'SYNTHETIC^ONCOLOGY',
  sex: 'male',
  birthDate: '1966-02-09',
  ageYears: 60,
  weightKg: 78,
  heightM: 1.76,
};
const scanDay = daysBefore(4);
const [weightKg, heightM] = [patient.weightKg, patient.heightM];
/** Lean mass after Janmahasatian over weight, men: 9270 / (6680 + 216 BMI). */
const leanShare = 9270 / (6680 + (216 * weightKg) / heightM ** 2);

/** Story C, as far as one scan goes: nine weeks into immunotherapy, an FDG PET with two lesions and a liver. */
export function oncologyExample(): Example {
  const torso = torsoPhantom();
  const record = fhirRecord(patient, [
    condition('C43.9', 'Malignant melanoma of skin', daysBefore(210)),
    medication(drugs.pembrolizumab, { since: daysBefore(67), asserted: scanDay, mg: 200, everyWeeks: 3 }),
    medicationListReviewed(scanDay),
    noKnownAllergy(daysBefore(67)),
    ...bodySize(patient, scanDay),
  ]);
  return {
    name: 'oncology',
    files: [
      textFile(
        'patient.json',
        `${JSON.stringify({ id: patient.id, label: 'SYNTHETIC ONCOLOGY', synthetic: true, question: 'Week 9 of immunotherapy: how active are the lesions?' }, null, 1)}\n`,
      ),
      ...writePetSeries({
        patient,
        folder: 'pet/fdg',
        date: scanDay,
        time: '110000',
        injection: { activityBq: 310e6, halfLifeS: 6586.2, time: '095800' },
        grid: torsoGrid,
        suv: torso.suv,
      }),
      writeRtStruct({
        patient,
        path: 'pet/regions.dcm',
        date: scanDay,
        time: '130000',
        grid: torsoGrid,
        drawnOn: petUids(patient, scanDay),
        balls: drawn,
      }),
      bundleFile('record/bundle.json', `${scanDay}T08:00:00Z`, record),
      writeOru('laboratory/blood.hl7', patient, `${daysBefore(5)}T07:40:00`, 'Blood before the scan', [
        { loinc: '718-7', name: 'Haemoglobin', value: 12.9, unit: 'g/dL', low: 13.5, high: 17.5 },
        { loinc: '777-3', name: 'Platelets', value: 262, unit: '10*3/uL', low: 150, high: 400 },
        { loinc: '2160-0', name: 'Creatinine', value: 1.02, unit: 'mg/dL', low: 0.7, high: 1.2 },
        { loinc: '2532-0', name: 'Lactate dehydrogenase', value: 284, unit: 'U/L', low: 135, high: 225 },
        { loinc: '3016-3', name: 'Thyrotropin', value: 2.1, unit: 'm[IU]/L', low: 0.4, high: 4 },
        { loinc: '2345-7', name: 'Glucose', value: 98, unit: 'mg/dL', low: 70, high: 110 },
      ]),
    ],
    truth: {
      patient: patient.id,
      asOf: exampleDay,
      findings: [
        ...lesion(
          'GTV_Mass',
          9,
          9,
          [...activeParts(torso, 'mass', 6), ...activeParts(torso, 'core of the mass', 9)],
          torso.voxelMl,
        ),
        ...lesion('Node', 4.4, 4.4, activeParts(torso, 'node', 4.4), torso.voxelMl),
        { measure: 'suv-mean', region: 'Liver', value: 2.1, tolerance: 0.02 },
        { measure: 'condition', site: 'cancer', value: 'active' },
      ],
      safety: [
        { check: 'suicidality', state: 'not-assessed' },
        { check: 'medication-list', state: 'negative' },
        { check: 'allergies', state: 'negative' },
      ],
      planLines: [{ about: 'PET response', mustMention: ['9'], mustNotMention: ['progression', 'responder'] }],
      neverMentioned: ['progressive disease', 'morphine milligram equivalents'],
    },
  };
}

interface Part {
  voxels: number;
  suv: number;
}

function activeParts({ voxels }: { voxels: ReadonlyMap<string, number> }, name: string, suv: number): Part[] {
  return [{ voxels: voxels.get(name)!, suv }];
}

/** What a lesion of known parts must give. Pixels are stored with 15 bits, hence the tolerance of the uptake. */
function lesion(region: string, max: number, peak: number, parts: Part[], voxelMl: number): TruthFinding[] {
  const millilitres = parts.reduce((sum, { voxels }) => sum + voxels, 0) * voxelMl;
  const glycolysis = parts.reduce((sum, { voxels, suv }) => sum + voxels * suv, 0) * voxelMl;
  const near = 2e-4;
  return [
    { measure: 'suv-max', region, value: max, tolerance: near * max },
    { measure: 'suv-peak', region, value: peak, tolerance: near * peak },
    { measure: 'sul-max', region, value: max * leanShare, tolerance: near * max },
    { measure: 'sul-peak', region, value: peak * leanShare, tolerance: near * peak },
    { measure: 'metabolic-tumour-volume-41-percent', region, value: millilitres, tolerance: 1e-9, unit: 'mL' },
    { measure: 'metabolic-tumour-volume-suv-4', region, value: millilitres, tolerance: 1e-9, unit: 'mL' },
    { measure: 'total-lesion-glycolysis-suv-4', region, value: glycolysis, tolerance: near * glycolysis, unit: 'g' },
  ];
}
