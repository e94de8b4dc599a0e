/** One NIfTI datatype (nifti1.h, `datatype`): how many bytes a voxel takes and how to read one. */
export interface Datatype {
  code: number;
  name: DatatypeName;
  bytes: 1 | 2 | 4 | 8;
  integer: boolean;
  low: number;
  high: number;
}

export type DatatypeName =
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'uint32'
  | 'int32'
  | 'uint64'
  | 'int64'
  | 'float32'
  | 'float64';

const integer = (code: number, name: DatatypeName, bytes: 1 | 2 | 4 | 8, low: number, high: number): Datatype => ({
  code,
  name,
  bytes,
  integer: true,
  low,
  high,
});

/** The scalar datatypes of NIfTI-1 and -2 whose values float32 volumes can hold. */
export const datatypes: readonly Datatype[] = [
  integer(2, 'uint8', 1, 0, 255),
  integer(256, 'int8', 1, -128, 127),
  integer(512, 'uint16', 2, 0, 65_535),
  integer(4, 'int16', 2, -32_768, 32_767),
  integer(768, 'uint32', 4, 0, 2 ** 32 - 1),
  integer(8, 'int32', 4, -(2 ** 31), 2 ** 31 - 1),
  integer(1280, 'uint64', 8, 0, Number.MAX_SAFE_INTEGER),
  integer(1024, 'int64', 8, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  { code: 16, name: 'float32', bytes: 4, integer: false, low: -Infinity, high: Infinity },
  { code: 64, name: 'float64', bytes: 8, integer: false, low: -Infinity, high: Infinity },
];

/** Datatypes that exist in the standard and are refused by name: what they hold is no single real number. */
export const refusedDatatypes: Readonly<Record<number, string>> = {
  1: 'one bit a voxel',
  32: 'complex64',
  128: 'RGB24',
  1536: 'float128',
  1792: 'complex128',
  2048: 'complex256',
  2304: 'RGBA32',
};

export function datatypeByCode(code: number): Datatype | undefined {
  return datatypes.find((one) => one.code === code);
}

export function datatypeByName(name: DatatypeName): Datatype {
  return datatypes.find((one) => one.name === name)!;
}
