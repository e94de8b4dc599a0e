/** One number or verdict held against somebody else's. It passes when `error` <= `tolerance`. */
export interface Case {
  name: string;
  /** Absolute or relative, as `Conformance.errorIs` says; 0 or 1 for a verdict. */
  error: number;
  tolerance: number;
  note?: string;
}

/** One method and the oracle that it is held against. A file in this folder exports one or several as default. */
export interface Conformance {
  id: string;
  /** What of ours is tested. */
  method: string;
  /** Whose values: tool or data set, version, licence. */
  oracle: string;
  /** What `Case.error` is: `relative`, `voxels`, `mm`, `verdict`... */
  errorIs: string;
  /** Paths under the shared test data without which the cases are skipped. */
  needs: string[];
  /** Programs from Debian without which the cases are skipped. */
  commands?: string[];
  run(): Promise<Case[]>;
}
