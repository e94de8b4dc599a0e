import { expect, it } from 'vitest';
import { ownFiles } from './ownFiles.ts';

const kept = (names: string[], isOwn = false) => {
  const isMade = ownFiles(names, isOwn);
  return names.filter((name) => !isMade(name));
};

it('passes over a data folder, not what lies beside it', () => {
  expect(kept(['blobs', 'scan.dcm', 'store.sqlite', 'store.sqlite-wal'])).toEqual(['scan.dcm']);
  expect(kept(['blobs', 'scan.dcm'])).toEqual(['blobs', 'scan.dcm']);
});

it('passes over what a finished run wrote: all three marks are there', () => {
  const results = ['artifacts', 'bundle.fhir.json', 'findings.json', 'plan.json', 'report-S0002.html', 'report.html'];
  expect(kept([...results, 'record.json'])).toEqual(['record.json']);
  expect(kept(['findings.json', 'report.html', 'bundle.fhir.json'])).toHaveLength(3);
});

it('passes over what an interrupted run wrote into the folder that is written to now', () => {
  expect(kept(['bundle.fhir.json', 'record.json'], true)).toEqual(['record.json']);
});
