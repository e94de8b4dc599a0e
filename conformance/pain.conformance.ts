import { dossierOf } from '../src/dossier/testing.ts';
import { parseInstrument } from '../src/forms/instrument.ts';
import { loadKnowledge } from '../src/knowledge/load.ts';
import { runAll } from '../src/knowledge/testing.ts';
import { neuropathicGrades } from '../src/pain/grades.ts';
import { bodyMapIn, shipped } from '../src/pain/knowledge.ts';
import { bodyMap } from '../src/pain/mapAnalysis.ts';
import { answered } from '../src/pain/testing.ts';
import { scoreResponse } from '../src/psychosocial/score.ts';
import type { Conformance } from './method.ts';

/** Regions of the 2016 criteria as the Journal of Rheumatology restates them; jaw, chest and abdomen stand in none. */
const regionsOf2016 = {
  'left upper': ['shoulder left', 'upper arm left', 'lower arm left'],
  'right upper': ['shoulder right', 'upper arm right', 'lower arm right'],
  'left lower': ['hip or buttock left', 'upper leg left', 'lower leg left'],
  'right lower': ['hip or buttock right', 'upper leg right', 'lower leg right'],
  axial: ['neck', 'upper back', 'lower back'],
};

/** Numbers in [0, 1) from a seed, so that every run asks the same (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const areas: Conformance = {
  id: 'pain-areas',
  method: 'pain.body-map on the 19 areas: index, zones, generalised pain',
  oracle:
    'The table of regions of the 2016 criteria (Wolfe 2016, restated in J Rheumatol, facts), counted here; the index of psychosocial.scores',
  errorIs: 'wrong of 400 forms',
  needs: [],
  async run() {
    const path = 'psychosocial/acr-2016.json';
    const form = parseInstrument(path, loadKnowledge(path).data);
    const next = random(2016);
    let [index, zones, generalised] = [0, 0, 0];
    for (let i = 0; i < 400; i++) {
      const share = next();
      const answers = Object.fromEntries(Array.from({ length: 19 }, (_, at) => [at + 1, Number(next() < share)]));
      const fact = answered('f1', 'acr-2016', answers, '2026-01-01');
      const { findings } = await runAll(bodyMap, dossierOf({ facts: [fact] }));
      const of = (code: string) => {
        const value = findings.find(({ measure }) => measure.code === code)?.value;
        return value?.type === 'quantity' ? value.value : value?.type === 'code' ? value.code.code : undefined;
      };
      const painful = new Set(form.items.filter(({ number }) => answers[number] === 1).map(({ label }) => label));
      const inRegions = Object.values(regionsOf2016).filter((labels) => labels.some((label) => painful.has(label)));
      if (fact.value?.type !== 'response') throw new Error('no response');
      const scored = scoreResponse(form, fact.value).scales.find(({ scale }) => scale.code === 'acr-2016.wpi');
      if (of('pain-wpi') !== scored?.value || of('pain-wpi') !== painful.size) index++;
      if (of('pain-zones') !== inRegions.length) zones++;
      if (of('widespread-pain') !== (inRegions.length >= 4 ? 'yes' : 'no')) generalised++;
    }
    return [
      { name: 'widespread pain index', error: index, tolerance: 0 },
      { name: 'painful zones', error: zones, tolerance: 0 },
      { name: 'pain in 4 of 5 zones', error: generalised, tolerance: 0 },
      {
        name: 'areas of the drawing that belong to a zone',
        error: Math.abs(bodyMapIn(shipped).areas.filter(({ zone }) => zone !== undefined).length - 15),
        tolerance: 0,
      },
    ];
  },
};

/** The flow chart of the paper, read off path by path. */
const paths: [string, [boolean, boolean, boolean, boolean], string][] = [
  ['no history of a lesion', [false, false, false, false], 'criteria-not-met'],
  ['no history, yet signs and a test', [false, true, true, true], 'criteria-not-met'],
  ['history, implausible place', [true, false, true, true], 'criteria-not-met'],
  ['history and place', [true, true, false, false], 'possible'],
  ['history, place, signs', [true, true, true, false], 'probable'],
  ['history, place, signs, test', [true, true, true, true], 'definite'],
];

const grade: Conformance = {
  id: 'pain-grade',
  method: 'pain.mechanisms: the neuropathic grade',
  oracle: 'Flow chart of NeuPSIG 2016 (Finnerup 2016, PMC4949003), its six paths',
  errorIs: 'verdict',
  needs: [],
  async run() {
    return paths.map(([name, steps, expected]) => ({
      name,
      error: neuropathicGrades(...steps)?.join() === expected ? 0 : 1,
      tolerance: 0,
    }));
  },
};

export default [areas, grade];
