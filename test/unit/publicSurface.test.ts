import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as idiograph from '../../src/index.ts';

it('the public functions are these and no others', () => {
  expect(Object.keys(idiograph).sort()).toMatchInlineSnapshot(`
    [
      "Code",
      "IdiographError",
      "addPack",
      "backup",
      "buildPlan",
      "diffDossiers",
      "diffText",
      "doctor",
      "exportSubject",
      "findingsJson",
      "importFolder",
      "installedPack",
      "isIdiographError",
      "issue",
      "listPacks",
      "measure",
      "openStore",
      "reanalyse",
      "removePack",
      "reportDocument",
      "reportModel",
      "restore",
      "toFhirBundle",
      "verifyPack",
      "why",
      "whyText",
      "workup",
    ]
  `);
});

it('the public types are these and no others', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', 'src', 'index.ts'), 'utf8');
  const types = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([all, names]) =>
    names
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && (all.startsWith('export type') || name.startsWith('type ')))
      .map((name) => name.replace(/^type /, '')),
  );
  expect(types.sort()).toMatchInlineSnapshot(`
    [
      "Access",
      "Analysis",
      "Artifact",
      "Batch",
      "Dossier",
      "Entry",
      "Fact",
      "Finding",
      "FindingDraft",
      "Grid",
      "Identity",
      "ImageHandle",
      "ImportOptions",
      "ImportReport",
      "InstalledPack",
      "Issue",
      "Norm",
      "NormReference",
      "PackManifest",
      "Plan",
      "Purpose",
      "Reader",
      "Recommendation",
      "Region",
      "RegionShape",
      "ReportInput",
      "Run",
      "RunContext",
      "RunKey",
      "SafetyCheck",
      "Selected",
      "Selection",
      "Source",
      "Store",
      "StoreConfig",
      "Subject",
      "TableHandle",
      "Uncertainty",
      "Value",
      "VariantRecord",
      "VariantsHandle",
      "WorkupReport",
    ]
  `);
});

it('the way through the library type-checks', () => {
  // Held by tsc: the calls of the example in src/index.ts, not run here.
  const example = async (folder: string) => {
    const store = await idiograph.openStore({ engine: 'sqlite', directory: folder });
    const access = { purpose: 'care', actor: 'me' } as const;
    const now = () => new Date().toISOString();
    const { subjects } = await idiograph.importFolder([folder], store, { actor: 'me', at: now() });
    for (const { subject } of subjects) {
      await idiograph.workup(store, subject, { access, clock: now });
      const plan: idiograph.Plan = idiograph.buildPlan(await store.reading(access).dossier(subject), { asOf: now() });
      expect(plan.safetyChecks.length + plan.recommendations.length).toBeGreaterThan(0);
    }
    await store.close();
  };
  expect(example).toBeTypeOf('function');
});
