import { gzipSync } from 'node:zlib';
import type { ExamplePatient } from '../../../examples/patient.ts';
import { exampleDay, textFile } from '../../../examples/patient.ts';
import { painExample } from '../../../examples/patients/pain.ts';
import type { UprightGrid } from '../../../examples/phantoms/shapes.ts';
import { writeAsegStats } from '../../../examples/write/freesurfer.ts';
import { writeOru } from '../../../examples/write/hl7.ts';
import { writeMrSeries } from '../../../examples/write/mrSeries.ts';
import { petUids, writePetSeries } from '../../../examples/write/petSeries.ts';
import { writeRtStruct } from '../../../examples/write/rtstruct.ts';
import { writeNifti } from '../../../src/intake/nifti/write.ts';
import { tarOf, zipOf } from '../../../src/intake/testing.ts';
import { bgzip } from '../../../src/intake/vcf/testing.ts';
import { genomeSeeds, outsideSeeds, type Seed } from './genomeSeeds.ts';

const patient: ExamplePatient = {
  id: 'SYN-FUZZ',
  dicomName: 'SYNTHETIC^FUZZ',
  sex: 'female',
  birthDate: '1980-05-14',
  ageYears: 46,
  weightKg: 74,
  heightM: 1.67,
};
const grid: UprightGrid = { shape: [8, 8, 2], spacingMm: [8, 8, 8] };
const day = { patient, date: exampleDay, time: '110000', grid };

/** Small valid files, at least one of each format that is read, packed and plain. */
export async function seedFiles(): Promise<Seed[]> {
  const pain = painExample().files.filter(({ path }) => path !== 'patient.json');
  const genome = pain.find(({ path }) => path.endsWith('.vcf'))!;
  const bundle = pain.find(({ path }) => path.endsWith('bundle.json'))!;
  const affineRas = [2, 0, 0, -8, 0, 2, 0, -8, 0, 0, 2, -8, 0, 0, 0, 1] as const;
  const nifti = writeNifti(
    { shape: [8, 8, 8, 1], affineRas } as unknown as Parameters<typeof writeNifti>[0],
    Int16Array.from({ length: 512 }, (_, index) => index),
    { datatype: 'int16' },
  );
  const pet = writePetSeries({
    ...day,
    folder: 'pet',
    injection: { activityBq: 310e6, halfLifeS: 6586.2, time: '095800' },
    suv: Float32Array.from({ length: 128 }, (_, index) => index % 9),
  });
  const mr = writeMrSeries({ ...day, folder: 'mr', values: Uint16Array.from({ length: 128 }, (_, index) => index) });
  const regions = writeRtStruct({
    ...day,
    path: 'regions.dcm',
    drawnOn: petUids(patient, exampleDay),
    balls: [{ name: 'GTV', type: 'GTV', centre: [4, 4, 4], radiusMm: 12 }],
  });
  const oru = writeOru('blood.hl7', patient, `${exampleDay}T07:40:00`, 'Blood', [
    { loinc: '718-7', name: 'Haemoglobin', value: 12.9, unit: 'g/dL', low: 13.5, high: 17.5 },
  ]);
  const members = [
    { name: 'answers.csv', content: pain.find(({ path }) => path.endsWith('.csv'))!.bytes },
    { name: 'blood.hl7', content: oru.bytes },
  ];
  return [
    ...pain,
    pet[0]!,
    mr[0]!,
    regions,
    oru,
    { path: 'a.nii', bytes: nifti },
    { path: 'a.nii.gz', bytes: gzipSync(nifti) },
    { path: 'genome.vcf.gz', bytes: bgzip(Buffer.from(genome.bytes), { blockBytes: 2000 }) },
    ...genomeSeeds(genome.bytes),
    ...outsideSeeds(),
    { path: 'bundle.json.gz', bytes: gzipSync(bundle.bytes) },
    writeAsegStats('aseg.stats', patient.id, 1_450_000, [{ segId: 17, name: 'Left-Hippocampus', mm3: 4012.5 }]),
    textFile('table.csv', 'name;age;score\na;3;4,5\nb;4;"x;y"\n'),
    textFile('mapping.json', '{"mapping": 1, "columns": {"age": {"code": "age"}}}'),
    textFile('medicines.csv', 'medication,dose,start\ntramadol,50 mg,2026-01-01\nduloxetine,60 mg,2026-02-01\n'),
    textFile(
      'score.txt',
      '###PGS CATALOG SCORING FILE\n#pgs_id=PGS000000\n#genome_build=GRCh38\n#variants_number=2\nrsID\tchr_name\tchr_position\teffect_allele\tother_allele\teffect_weight\nrs1\t1\t1000\tA\tG\t0.12\nrs2\t2\t2000\tC\tT\t-0.3\n',
    ),
    textFile(
      'tumour.maf',
      '#version 2.4\nHugo_Symbol\tChromosome\tStart_Position\tEnd_Position\tVariant_Classification\tReference_Allele\tTumor_Seq_Allele2\tTumor_Sample_Barcode\nBRAF\tchr7\t140753336\t140753336\tMissense_Mutation\tA\tT\tSYN-FUZZ\n',
    ),
    textFile('patient.json', JSON.stringify({ id: patient.id, label: 'fuzz' })),
    { path: 'files.zip', bytes: zipOf(members) },
    { path: 'files.tar.gz', bytes: gzipSync(await tarOf(members)) },
  ];
}
