import { describe, expect, it } from 'vitest';
import { neuropathicGrades, nociplasticGrades } from './grades.ts';

const open = undefined;

describe('the neuropathic grade', () => {
  it.each([
    ['no history', [false, true, true, true], ['criteria-not-met']],
    ['no plausible place', [true, false, true, true], ['criteria-not-met']],
    ['no history, nothing else asked', [false, open, open, open], ['criteria-not-met']],
    ['history and place, no signs', [true, true, false, false], ['possible']],
    ['a test without signs', [true, true, false, true], ['possible']],
    ['signs, no test', [true, true, true, false], ['probable']],
    ['all four', [true, true, true, true], ['definite']],
    ['not examined', [true, true, open, open], ['possible', 'probable', 'definite']],
    ['examined, not tested', [true, true, true, open], ['probable', 'definite']],
    ['tested, not examined', [true, true, open, true], ['possible', 'definite']],
    ['history not asked', [open, true, true, true], undefined],
    ['nothing asked', [open, open, open, open], undefined],
  ] as const)('%s', (_, [history, distribution, signs, test], grades) => {
    expect(neuropathicGrades(history, distribution, signs, test)).toEqual(grades);
  });
});

describe('the nociplastic grade', () => {
  const met = {
    duration: true,
    regional: true,
    nociceptiveExplains: false,
    neuropathicExplains: false,
    evoked: true,
    history: true,
    comorbid: true,
  };
  it.each([
    ['all', {}, ['probable']],
    ['no comorbidity', { comorbid: false }, ['possible']],
    ['no hypersensitivity in the history', { history: false }, ['possible']],
    ['shorter than three months', { duration: false }, ['criteria-not-met']],
    ['at one spot', { regional: false }, ['criteria-not-met']],
    ['explained by tissue', { nociceptiveExplains: true }, ['criteria-not-met']],
    ['explained by a nerve', { neuropathicExplains: true }, ['criteria-not-met']],
    ['no hypersensitivity on examination', { evoked: false }, ['criteria-not-met']],
    ['not examined', { evoked: open, history: false }, ['criteria-not-met', 'possible']],
    ['history open', { history: open }, ['possible', 'probable']],
    ['not examined, all else met', { evoked: open }, ['criteria-not-met', 'probable']],
    [
      'nothing but duration',
      {
        regional: open,
        nociceptiveExplains: open,
        neuropathicExplains: open,
        evoked: open,
        history: open,
        comorbid: open,
      },
      undefined,
    ],
  ])('%s', (_, change, grades) => {
    expect(nociplasticGrades({ ...met, ...change })).toEqual(grades);
  });
});
