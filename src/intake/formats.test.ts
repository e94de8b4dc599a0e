import { describe, expect, it } from 'vitest';
import { formats, loadFormat, recognise } from './formats.ts';
import { writeNiftiGz } from './nifti/write.ts';
import { fileOf } from './testing.ts';

const dicom = Buffer.concat([
  Buffer.alloc(128),
  Buffer.from('DICM'),
  // (0002,0010) UI Explicit VR little endian
  Buffer.from([2, 0, 0x10, 0, 0x55, 0x49, 20, 0]),
  Buffer.from('1.2.840.10008.1.2.1\0'),
]);
const image = writeNiftiGz({ shape: [1, 1, 1, 1], affineRas: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }, [1], {
  datatype: 'uint8',
});

describe('formats', () => {
  it.each([
    ['dicom', dicom],
    ['nifti', image],
    ['vcf', '##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n'],
    ['fhir', '{"resourceType": "Patient", "id": "x"}'],
    ['hl7v2', 'MSH|^~\\&|A|B|C|D|20240101||ORU^R01|1|P|2.5\rPID|1||4711\r'],
    ['freesurfer', '# Title Segmentation Statistics\n# \n'],
    ['answers', 'instrument,item,answer\nPHQ-9,1,2\n'],
    ['medications', 'drug,dose,unit\ncodeine,30,mg\n'],
    ['medications', 'medication\ncodeine\n'],
    ['pgs', '#pgs_id=x\nrsID\teffect_allele\teffect_weight\nrs1\tA\t0.1\n'],
    ['pgs', '{"pgsReference": 1}'],
    ['maf', 'Hugo_Symbol\tChromosome\tStart_Position\tReference_Allele\tTumor_Seq_Allele2\nTP53\t17\t7\tC\tT\n'],
    ['outside-calls', 'CYP2D6\t*1/*4\nHLA-B\t\t*57:01 positive\n'],
    ['outside-calls', '{"pbstarphase_version": "1.3.0", "gene_details": {}}'],
    ['trial', '{"form": "trial", "plan": {}}'],
    ['trial', 'date,treatment,value\n2026-03-01,A,3\n'],
    ['table', 'name,status\nsomebody,active\n'],
    ['table', 'a,b\n1,2\n'],
    [undefined, 'Dear colleague,\nthank you for the referral.\n'],
    [undefined, Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])],
  ])('%s is recognised by content, under any name', (id, content) => {
    for (const name of ['x', 'x.dcm', 'x.csv', 'x.nii.gz']) expect(recognise(fileOf(name, content))?.id).toBe(id);
  });

  it('each can be loaded alone by a reading thread', async () => {
    for (const { id } of formats) expect((await loadFormat(id)).id).toBe(id);
    await expect(loadFormat('none')).rejects.toThrow(TypeError);
  });
});
