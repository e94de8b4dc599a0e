import { describe, expect, it } from 'vitest';
import type { Dossier } from '../../dossier/analysis.ts';
import type { Identity } from '../../dossier/subject.ts';
import { withoutIdentity } from './identity.ts';

const dossier = { subject: { id: 'S0001', label: 'S0001' }, sources: [], facts: [] } as unknown as Dossier;
const identities = [{ name: 'MUSTER^EVA', value: 'MRN-77', birthDate: '1961-03-07' }] as unknown as Identity[];
const seen = (text: string) => withoutIdentity({ text }, dossier, identities).text;

describe('withoutIdentity', () => {
  it.each([
    '1961-03-07',
    '19610307',
    '07.03.1961',
    '7.3.1961',
    '3/7/1961',
    '07/03/1961',
    '7 March 1961',
    '7 Mar 1961',
    'March 7, 1961',
    '7. März 1961',
    'Eva',
    'MRN-77',
  ])('withholds %s', (text) => {
    expect(seen(`born ${text}.`)).toBe('born [withheld].');
  });

  it('leaves other days alone', () => {
    expect(seen('scan of 2026-03-07, 17.03.1961')).toBe('scan of 2026-03-07, 17.03.1961');
  });
});
