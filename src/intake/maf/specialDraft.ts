import { issue } from '../../dossier/issue.ts';
import type { Draft } from '../format.ts';
import type { VcfKind } from './vcfKind.ts';

/** The one draft of a VCF that is of no inherited genome: a tumour, or ClinVar. Undefined for a genome. */
export function specialDraft(
  kind: VcfKind,
  path: string,
  files: string[],
  metadata: Draft['source']['metadata'],
): Draft | undefined {
  if (kind.kind === 'genome') return undefined;
  const rest = { files, facts: [], regions: [] };
  if (kind.kind === 'clinvar') {
    const { fileDate } = kind;
    const description = `ClinVar${fileDate ? ` of ${fileDate}` : ''}`;
    const stated = { ...metadata, clinvar: fileDate ?? 'undated' };
    const common = { format: 'vcf' as const, locator: {}, path, modality: 'annotation', description, issues: [] };
    return { source: { ...common, metadata: stated }, ...rest };
  }
  const { tumour, normal, because, targetMb } = kind;
  const unclear = issue('error', 'tumour-sample-unclear', 'The header does not say which sample is the tumour.', {
    place: path,
    remedy: 'Add ##tumor_sample=NAME to the header, or name the samples TUMOR and NORMAL.',
  });
  // The normal sample of a somatic file shows no inherited genome; its name is the patient's. Generic names name nobody.
  const name = normal ?? tumour;
  const named = name !== undefined && !/^(TUMOU?R|NORMAL)$/i.test(name);
  return {
    ...(named ? { claim: { system: 'vcf:sample', value: name } } : {}),
    source: {
      format: 'vcf',
      locator: tumour === undefined ? {} : { sample: tumour },
      path,
      modality: 'tumour-genome',
      metadata: {
        ...metadata,
        tumourBecause: because,
        ...(normal === undefined ? {} : { normalSample: normal }),
        ...(targetMb === undefined ? {} : { targetMb }),
      },
      issues: tumour === undefined ? [unclear] : [],
    },
    ...rest,
  };
}
