import { expect, it } from 'vitest';
import { coded, codedSet, testFinding } from '../plan/testFindings.ts';
import { classScale } from './classScale.ts';
import { classScaleMarkup } from './html/plots.ts';

const phenotype = (value: Parameters<typeof testFinding>[1], site: string) => {
  const scale = classScale(testFinding('metabolizer-phenotype', value, { site }));
  return scale && classScaleMarkup(scale).text;
};

it('marks every possible class, with a sign and words and not by colour alone', () => {
  const boxes = phenotype(codedSet('intermediate-metabolizer', 'normal-metabolizer'), 'CYP2D6')!;
  expect(boxes.match(/class="possible"/g)).toHaveLength(2);
  expect(boxes.match(/●/g)).toHaveLength(2);
  expect(boxes.match(/\(possible\)/g)).toHaveLength(2);
  expect(boxes).toContain('2 classes are possible');
});

it('has the rapid class only for the gene that has one', () => {
  expect(phenotype(coded('rapid-metabolizer'), 'CYP2C19')).toContain('● </span>rapid<');
  expect(phenotype(coded('normal-metabolizer'), 'CYP2D6')).not.toContain('>rapid<');
});

it('draws nothing when a member is not on the scale: a row without it would hide it', () => {
  expect(phenotype(codedSet('normal-metabolizer', 'indeterminate'), 'CYP2D6')).toBeUndefined();
  expect(phenotype(coded('normal-metabolizer'), 'DPYD')).toBeUndefined();
  expect(phenotype({ type: 'refused', reason: 'r' }, 'CYP2D6')).toBeUndefined();
});
