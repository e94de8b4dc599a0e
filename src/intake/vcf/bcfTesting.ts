const header = `##fileformat=VCFv4.3
##FILTER=<ID=PASS,Description="">
##INFO=<ID=DP,Number=1,Type=Integer,Description="">
##INFO=<ID=DB,Number=0,Type=Flag,Description="">
##FORMAT=<ID=GT,Number=1,Type=String,Description="">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="",IDX=9>
##contig=<ID=chr2>
##contig=<ID=chr10>
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tann\tbob
`;

/** Magic, version 2.2 and header of a BCF of two samples, `ann` and `bob`. */
export function bcfHead(): Buffer {
  const text = Buffer.from(`${header}\0`);
  const start = Buffer.from([0x42, 0x43, 0x46, 2, 2, 0, 0, 0, 0]);
  start.writeUInt32LE(text.length, 5);
  return Buffer.concat([start, text]);
}

const text = (value: string) => Buffer.from([(value.length << 4) | 7, ...Buffer.from(value)]);

/** One record of chr10: depth 300 and a flag, genotypes of two samples given as their codes, AF 0.125 and missing. */
export function bcfRecord(pos0: number, genotypes: number[], key = 1): Buffer {
  const fixed = Buffer.alloc(24);
  fixed.writeInt32LE(1, 0);
  fixed.writeInt32LE(pos0, 4);
  fixed.writeUInt32LE(0x7f800001, 12);
  fixed.writeUInt16LE(2, 16);
  fixed.writeUInt16LE(2, 18);
  fixed.writeUIntLE(2, 20, 3);
  fixed.writeUInt8(2, 23);
  const shared = Buffer.concat([
    fixed,
    text('rs1'),
    text('A'),
    text('C'),
    Buffer.from([0x11, 0, 0x11, key, 0x12, 0x2c, 1, 0x11, 2, 0]),
  ]);
  const af = Buffer.alloc(8);
  af.writeFloatLE(0.125, 0);
  af.writeUInt32LE(0x7f800001, 4);
  const individual = Buffer.concat([Buffer.from([0x11, 3, 0x21, ...genotypes, 0x11, 9, 0x15]), af]);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(shared.length, 0);
  lengths.writeUInt32LE(individual.length, 4);
  return Buffer.concat([lengths, shared, individual]);
}
