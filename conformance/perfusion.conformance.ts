import type { ImageHandle } from '../src/dossier/image.ts';
import type { Source } from '../src/dossier/source.ts';
import { georgiou, parker, populationInput, type TabulatedInput } from '../src/imaging/perfusion/aif.ts';
import {
  type AslConstants,
  type Labelling,
  labellingEfficiency,
  multiDelayFitter,
  singleDelayCbf,
} from '../src/imaging/perfusion/asl/quantify.ts';
import { aslMaps } from '../src/imaging/perfusion/asl.ts';
import { dceMaps } from '../src/imaging/perfusion/dce.ts';
import { deconvolutions } from '../src/imaging/perfusion/dsc/deconvolve.ts';
import { dscFitter } from '../src/imaging/perfusion/dsc/perfusion.ts';
import { fitCurve, tracerFitter } from '../src/imaging/perfusion/fitCurve.ts';
import { mapNamed } from '../src/imaging/perfusion/maps.ts';
import type { ModelId } from '../src/imaging/perfusion/models.ts';
import { baselineOf, concentrations } from '../src/imaging/perfusion/signal.ts';
import { t1Fitter } from '../src/imaging/perfusion/t1.ts';
import { openDicomImage } from '../src/intake/dicom/openImage.ts';
import { inputFunction } from '../src/kinetics/input.ts';
import {
  degrees,
  fromMilliseconds,
  fromPercent,
  fromPerMillisecond,
  perMillimolarSecond,
  perSecond,
  seconds,
} from '../src/kinetics/units.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { filesUnder, importDicom, untar } from './dicomFolder.ts';
import type { Case, Conformance } from './method.ts';
import { list, median, npy, osipi, within } from './perfusionData.ts';
import { sharedData } from './shared.ts';

const oracle = 'OSIPI DCE-DSC-MRI code collection, reference data (Apache-2.0)';
const errorIs = 'share of the tolerance (absolute + relative)';

interface TracerSet {
  file: string;
  model: ModelId;
  delay?: true;
  /** Columns: time, tissue, plasma. */
  columns: [string, string, string];
  /** Column of the truth by reported name, with absolute and relative tolerance. */
  truth: Record<string, [column: string, absolute: number, relative: number]>;
}

const vp = ['vp', 0.025, 0] as const;
const sets: TracerSet[] = [
  {
    file: 'dce/dce_DRO_data_tofts.csv',
    model: 'tofts',
    columns: ['t', 'C', 'ca'],
    truth: { ktrans: ['Ktrans', 0.005, 0.1], ve: ['ve', 0.05, 0] },
  },
  {
    file: 'dce/dce_DRO_data_extended_tofts.csv',
    model: 'extended-tofts',
    columns: ['t', 'C', 'ca'],
    truth: { ktrans: ['Ktrans', 0.005, 0.1], ve: ['ve', 0.05, 0], vp: ['vp', 0.025, 0] },
  },
  ...(['0', '5'] as const).flatMap((delay): TracerSet[] => {
    const late = delay === '5' ? { delay: true as const } : {};
    const arrival: TracerSet['truth'] = delay === '5' ? { delay: ['arterial_delay', 1, 0] } : {};
    const columns: TracerSet['columns'] = ['t', 'C_t', 'cp_aif'];
    return [
      {
        file: `dce/patlak_sd_0.02_delay_${delay}.csv`,
        model: 'patlak',
        columns,
        ...late,
        truth: { ps: ['ps', 0.005, 0.1], vp: ['vp', 0.025, 0], ...arrival },
      },
      {
        file: `dce/2cxm_sd_0.001_delay_${delay}.csv`,
        model: '2cxm',
        columns,
        ...late,
        truth: {
          fp: ['fp', 5, 0.1],
          ps: ['ps', 0.005, 0.1],
          ve: ['ve', 0.05, 0],
          vp: [...vp],
          ...arrival,
        },
      },
      {
        file: `dce/2cum_sd_0.0025_delay_${delay}.csv`,
        model: '2cum',
        columns,
        ...late,
        truth: { fp: ['fp', 5, 0.1], ps: ['ps', 0.005, 0.1], vp: [...vp], ...arrival },
      },
    ];
  }),
];

function tracerSet({ file, model, delay, columns: [t, c, ca], truth }: TracerSet): Conformance {
  const id = `perfusion-dce-${file.replace(/^dce\/|_sd.*?(?=_delay)|dce_DRO_data_|\.csv/g, '').replaceAll('_', '-')}`;
  return {
    id,
    method: `Tracer kinetics: ${model}${delay ? ' with arterial delay' : ''} (imaging.perfusion)`,
    oracle,
    errorIs,
    needs: [`radiology/perfusion/${file}`],
    async run() {
      const cases: Case[] = [];
      const errors = new Map<string, number[]>();
      let milliseconds = 0;
      const rows = osipi(file);
      for (const row of rows) {
        const timesS = list(row[t]!);
        const fitter = tracerFitter(model, inputFunction(timesS, list(row[ca]!)), timesS, delay && { delay: 'fitted' });
        const curve = list(row[c]!);
        const start = performance.now();
        const { estimates } = fitCurve(model, fitter, curve);
        milliseconds += performance.now() - start;
        for (const [name, [column, absolute, relative]] of Object.entries(truth)) {
          const value = estimates.find((one) => one.name === name)!.value;
          const expected = Number(row[column]);
          cases.push(within(`${row.label} ${name}`, value, expected, absolute, relative));
          errors.set(name, [...(errors.get(name) ?? []), Math.abs(value - expected)]);
        }
      }
      // Noise alone leaves this much: a shift of all values would show here and not in single rows.
      for (const [name, of] of errors)
        cases.push(within(`median error of ${name}`, median(of), 0, truth[name]![1] / 5, 0));
      console.log(
        `      ${id}: median errors ${[...errors].map(([name, of]) => `${name} ${median(of).toExponential(1)}`).join(', ')}; ${(milliseconds / rows.length).toFixed(2)} ms a fit`,
      );
      return cases;
    },
  };
}

const inputs: Conformance = {
  id: 'perfusion-aif',
  method: 'Population input functions: Parker, Georgiou (imaging.perfusion)',
  oracle,
  errorIs,
  needs: ['radiology/perfusion/aif'],
  async run() {
    const table = loadKnowledge('imaging/aif-georgiou.json').data as unknown as TabulatedInput;
    const cases: Case[] = [];
    const worst = (
      name: string,
      rows: Record<string, string>[],
      of: (row: Record<string, string>) => number,
      a: number,
      r: number,
    ) => {
      const all = rows.map((row) => within(name, of(row), Number(row.Cb), a, r));
      cases.push(all.reduce((most, one) => (one.error > most.error ? one : most)));
    };
    for (const [file, absolute, relative] of [
      ['ParkerAIF_ref.csv', 1e-4, 0.01],
      ['ParkerAIF_ref_with_delay.csv', 0.1, 0.1],
      ['GeorgiouAIF_ref.csv', 1e-4, 0.01],
    ] as const)
      for (const [label, rows] of Map.groupBy(osipi(`aif/${file}`), (row) => row.label!)) {
        const timeS = (row: Record<string, string>): number => Number(row.time) * 60;
        const late = (row: Record<string, string>): number => timeS(row) - Number(row.delay || 0);
        worst(
          `${file} ${label}, ${rows.length} times`,
          rows,
          (row) => (file.startsWith('Georgiou') ? georgiou(timeS(row), table) : late(row) < 0 ? 0 : parker(late(row))),
          absolute,
          relative,
        );
      }
    const times = Float64Array.from({ length: 100 }, (_, at) => 3 * at);
    const sampled = populationInput('parker', times, 12);
    cases.push(within('Parker at its arrival of 12 s', sampled.values[24]!, parker(0), 1e-12, 0));
    return cases;
  },
};

const conversion: Conformance = {
  id: 'perfusion-signal',
  method: 'Signal of a spoiled gradient echo to concentration (imaging.perfusion)',
  oracle,
  errorIs,
  needs: ['radiology/perfusion/si2conc'],
  async run() {
    return osipi('si2conc/SI2Conc_data.csv').map((row) => {
      const signal = list(row.s!);
      const truth = list(row.conc!);
      const ours = new Float64Array(signal.length);
      concentrations(
        signal,
        {
          repetitionTime: seconds(Number(row.TR)),
          flipAngle: degrees(Number(row.FA)),
          r10: perSecond(1 / Number(row.T1base)),
          relaxivity: perMillimolarSecond(Number(row.r1)),
          baseline: baselineOf(signal, 1, Number(row.numbaselinepts)),
        },
        ours,
      );
      const all = Array.from(ours, (value, at) =>
        within(`${row.label}, ${ours.length} samples`, value, truth[at]!, 1e-5, 1e-5),
      );
      return all.reduce((most, one) => (one.error > most.error ? one : most));
    });
  },
};

const t1: Conformance = {
  id: 'perfusion-t1',
  method: 'T1 from variable flip angles, with and without B1 (imaging.perfusion)',
  oracle,
  errorIs,
  needs: ['radiology/perfusion/t1'],
  async run() {
    const cases: Case[] = [];
    const t1Of = (row: Record<string, string>, tr: (of: number) => ReturnType<typeof seconds>, b1 = 1) => {
      const repetitions = list(row.TR!);
      if (repetitions.some((one) => one !== repetitions[0])) throw new Error('one TR a row');
      return {
        ...t1Fitter({ flipAngles: [...list(row.FA!)].map(degrees), repetitionTime: tr(repetitions[0]!) })(
          list(row.s!),
          fromPercent(b1 * 100),
        ),
      };
    };
    const relative: number[] = [];
    for (const row of osipi('t1/t1_brain_data.csv'))
      cases.push(within(`${row.label} R1`, t1Of(row, seconds).r1, Number(row.R1), 0.05, 0.05));
    for (const row of osipi('t1/t1_quiba_data.csv'))
      cases.push(within(`${row.label} R1`, t1Of(row, seconds).r1, fromPerMillisecond(Number(row.R1)), 0.05, 0.05));
    for (const row of osipi('t1/t1_prostate_data.csv')) {
      const b1 = list(row.B1!)[0]! / 100;
      for (const [name, angle] of [
        ['T1 nonlinear', 1],
        ['T1 nonlinear B1cor', b1],
      ] as const) {
        const truth = fromMilliseconds(Number(row[name]));
        const { t1: value } = t1Of(row, fromMilliseconds, angle);
        cases.push(within(`${row.label} ${name}`, value, truth, 0.05, 0.05));
        relative.push(Math.abs(value / truth - 1));
      }
    }
    cases.push(within('median relative error of the prostate rows', median(relative), 0, 1e-6, 0));
    return cases;
  },
};

const dsc: Conformance = {
  id: 'perfusion-dsc',
  method: 'Deconvolution of DSC: sSVD, cSVD, oSVD (imaging.perfusion)',
  oracle,
  errorIs,
  needs: ['radiology/perfusion/dsc'],
  async run() {
    const cases: Case[] = [];
    const rows = osipi('dsc/dsc_data.csv');
    // The curves were made without haematocrits and per mL of tissue.
    const constants = { haematocritFactor: 1, densityGPerMl: 1 };
    const fitters = new Map<string, ReturnType<typeof dscFitter>>();
    for (const row of rows)
      for (const method of deconvolutions) {
        const key = `${method} ${row.tr} ${row.C_aif}`;
        const fitter = fitters.get(key) ?? dscFitter(list(row.C_aif!), Number(row.tr), { method }, constants);
        fitters.set(key, fitter);
        const { cbv, cbf } = fitter.of(list(row.C_tis!));
        cases.push(within(`${row.label} ${method} CBV`, cbv, Number(row.cbv), 1, 0.1));
        cases.push(within(`${row.label} ${method} CBF`, cbf, Number(row.cbf), 15, 0.1));
      }
    return cases;
  },
};

/** Label that arrives, decays and is washed out, added up over its history: the integral behind Buxton's formulae. */
function addedUp(timeS: number, cbf: number, attS: number, m0: number, labelling: Labelling, of: AslConstants): number {
  const flow = cbf / 6000;
  const [begin, end] = [
    attS,
    Math.min(timeS, attS + (labelling.type === 'pcasl' ? labelling.durationS : labelling.bolusS)),
  ];
  const pieces = 60;
  let sum = 0;
  for (let at = 0; at <= pieces && end > begin; at++) {
    const u = begin + ((end - begin) * at) / pieces;
    const delivered = Math.exp(-(labelling.type === 'pcasl' ? attS : u) / of.t1BloodS);
    const left = Math.exp((-(timeS - u) * flow) / of.partitionMlPerG - (timeS - u) / of.t1TissueS);
    sum += (at === 0 || at === pieces ? 1 : at % 2 === 1 ? 4 : 2) * delivered * left;
  }
  return ((2 * of.efficiency * m0 * flow) / of.partitionMlPerG) * sum * ((end - begin) / pieces / 3);
}

const asl: Conformance = {
  id: 'perfusion-asl',
  method: 'ASL: CBF and arrival from several delays, CBF from one (imaging.perfusion)',
  oracle:
    'osipy digital reference object (MIT): maps of CBF, ATT, M0, made into signals by adding up label over its history',
  errorIs: 'relative, worst of all voxels with CBF > 1',
  needs: ['radiology/perfusion/osipy_dro/asl'],
  async run() {
    const [cbf, att, m0, plds] = ['cbf', 'att', 'm0', 'plds'].map(
      (name) => npy(`osipy_dro/asl/${name}.npy`).values,
    ) as [Float64Array, Float64Array, Float64Array, Float64Array];
    const of: AslConstants = {
      t1BloodS: seconds(1.65),
      t1TissueS: seconds(1.33),
      partitionMlPerG: 0.9,
      efficiency: labellingEfficiency('pcasl', 2),
    };
    const cases: Case[] = [];
    for (const labelling of [
      { type: 'pcasl', durationS: seconds(1.8) },
      { type: 'pasl', bolusS: seconds(0.7) },
    ] as const) {
      const after = labelling.type === 'pcasl' ? labelling.durationS : 0.7;
      const times = [...plds].map((pld) => pld + after);
      const recover = multiDelayFitter(times, labelling, of);
      const worst = { cbf: 0, att: 0, voxels: 0 };
      for (const [at, flow] of cbf.entries()) {
        if (!(flow > 1)) continue;
        worst.voxels++;
        const signal = times.map((time) => addedUp(time, flow, att[at]!, m0[at]!, labelling, of));
        const found = recover(signal, m0[at]!);
        worst.cbf = Math.max(worst.cbf, Math.abs(found.cbf / flow - 1));
        worst.att = Math.max(worst.att, Math.abs(found.att / att[at]! - 1));
      }
      cases.push(
        { name: `${labelling.type} CBF of ${worst.voxels} voxels`, error: worst.cbf, tolerance: 0.01 },
        { name: `${labelling.type} ATT of ${worst.voxels} voxels`, error: worst.att, tolerance: 0.01 },
      );
    }
    // The consensus formula holds for label that decays like blood, has all arrived and does not leave.
    const like = { ...of, t1TissueS: of.t1BloodS };
    for (const labelling of [
      { type: 'pcasl', durationS: seconds(1.8) },
      { type: 'pasl', bolusS: seconds(0.7) },
    ] as const) {
      const delay = labelling.type === 'pcasl' ? 1.8 : 2.5;
      const time = labelling.type === 'pcasl' ? 3.6 : 2.5;
      const signal = addedUp(time, 60, 1.2, 1000, labelling, { ...like, partitionMlPerG: 0.9 });
      const ours = singleDelayCbf(signal, 1000, labelling, seconds(delay), like);
      // Outflow of the model, which the formula neglects: e^(-f t / lambda) with t about two seconds.
      cases.push({ name: `${labelling.type} consensus formula`, error: Math.abs(ours / 60 - 1), tolerance: 0.03 });
    }
    return cases;
  },
};

interface Agreement {
  n: number;
  r: number;
  /** Median of ours / theirs. */
  ratio: number;
}

function agreement(ours: ArrayLike<number>, theirs: ArrayLike<number>, isUsed: (at: number) => boolean): Agreement {
  let [n, a, b, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  const ratios: number[] = [];
  for (let at = 0; at < theirs.length; at++) {
    const [x, y] = [ours[at]!, theirs[at]!];
    if (!isUsed(at) || !Number.isFinite(x)) continue;
    n++;
    a += x;
    b += y;
    aa += x * x;
    bb += y * y;
    ab += x * y;
    ratios.push(x / y);
  }
  return { n, r: (n * ab - a * b) / Math.sqrt((n * aa - a * a) * (n * bb - b * b)), ratio: median(ratios) };
}

async function series(archive: string, names: readonly ((source: Source) => boolean)[]): Promise<ImageHandle[]> {
  const { folder, remove } = untar(sharedData(archive)!);
  try {
    const imported = await importDicom(filesUnder(folder));
    const sources = imported.drafts.map((draft) => imported.source(draft));
    const images = names.map(async (isNamed): Promise<ImageHandle> => {
      const source = sources.find(isNamed)!;
      const image = await openDicomImage(source, imported.blobs);
      // The files go away: read them now.
      const volumes: Float32Array[] = [];
      for (let t = 0; t < image.grid.shape[3]; t++) volumes.push(await image.readVolume(t));
      const slice = image.grid.shape[0] * image.grid.shape[1];
      return {
        ...image,
        metadata: source.metadata,
        readVolume: async (t = 0) => volumes[t]!,
        readSlab: async (kFrom, kTo, t = 0) => volumes[t]!.slice(kFrom * slice, kTo * slice),
      };
    });
    return await Promise.all(images);
  } finally {
    remove();
  }
}

const breast: Conformance = {
  id: 'perfusion-ucsf06',
  method: 'Enhancement of a breast series: PE1 and SER (imaging.perfusion.dce)',
  oracle: "UCSF-BR-06: the site's own PE1 and SER maps (TCIA, CC BY 3.0)",
  errorIs: '1 - r, or relative',
  needs: ['imaging/dce-breast-ucsf06'],
  async run() {
    const [dynamic, pe1, ser] = (await series('imaging/dce-breast-ucsf06/dce.tar.gz', [
      ({ path }) => path.includes('orig'),
      ({ path }) => path.includes('dce_pe1'),
      ({ path }) => path.includes('dce_ser'),
    ])) as [ImageHandle, ImageHandle, ImageHandle];
    const [ni, nj, nk] = dynamic.grid.shape;
    const found = await dceMaps(dynamic, { mask: new Uint8Array(ni * nj * nk).fill(1) });
    if ('refused' in found) throw new Error(found.refused.message);
    const ours = (name: string): Float32Array => mapNamed(found.enhancement, name).values;
    const site = { pe1: await pe1.readVolume(), ser: await ser.readVolume() };
    const early = agreement(ours('pe-early'), site.pe1, (at) => site.pe1[at]! > 0);
    // The site's ratio ends at 3; where the late signal hardly exceeds the first, ours has no end.
    const ratio = agreement(ours('ser'), site.ser, (at) => site.ser[at]! > 0 && ours('ser')[at]! < 10);
    return [
      { name: 'PE1 r', error: 1 - early.r, tolerance: 5e-5 },
      { name: 'PE1 voxels', error: Math.abs(early.n / 151_027 - 1), tolerance: 0 },
      { name: 'PE1 median ratio', error: Math.abs(early.ratio * 0.987 - 1), tolerance: 0.001 },
      { name: 'SER r', error: 1 - ratio.r, tolerance: 0.005 },
      { name: 'SER median ratio', error: Math.abs(ratio.ratio - 1), tolerance: 0.001 },
    ];
  },
};

const xa30: Conformance = {
  id: 'perfusion-xa30',
  method: 'PCASL difference and flow (imaging.perfusion.asl)',
  oracle:
    "XA30 patient: the scanner's perfusion-weighted and relative CBF maps (BSD-2); the scanner leaves out the first pair",
  errorIs: '1 - r',
  needs: ['imaging/patient-xa30'],
  async run() {
    const [labelled, weighted, flow] = (await series('imaging/patient-xa30/xa30-enhanced.tar.gz', [
      ({ contrast }) => contrast === 'asl',
      ({ description }) => description === 'Perfusion_Weighted',
      ({ description }) => description === 'relCBF',
    ])) as [ImageHandle, ImageHandle, ImageHandle];
    const m0 = await labelled.readVolume(0);
    const sorted = m0.slice().sort();
    const inside = (at: number): boolean => m0[at]! > 0.3 * sorted[Math.floor(0.98 * sorted.length)]!;
    const contexts = ['m0scan', 'discard', 'discard', 'label', 'control', 'label', 'control'] as const;
    const relative = await aslMaps(labelled, { contexts });
    const absolute = await aslMaps(labelled, { contexts, delaysS: [1.8] });
    if ('refused' in relative || 'refused' in absolute) throw new Error('refused');
    const [theirs, relCbf] = [await weighted.readVolume(0), await flow.readVolume(0)];
    return [
      {
        name: 'difference, perfusion-weighted',
        error: 1 - agreement(relative.maps.maps[0]!.values, theirs, inside).r,
        tolerance: 0.1,
      },
      {
        name: 'flow, relative CBF',
        error: 1 - agreement(absolute.maps.maps[0]!.values, relCbf, inside).r,
        tolerance: 0.2,
      },
      {
        name: 'contexts and label duration are read',
        error: labelled.metadata['LabelingDuration'] === 1.8 ? 0 : 1,
        tolerance: 0,
      },
    ];
  },
};

export default [...sets.map(tracerSet), inputs, conversion, t1, dsc, asl, breast, xa30];
