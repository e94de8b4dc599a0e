/** What an upload may take. Checked before bytes are written. */
export interface UploadLimits {
  /** Bytes of one upload. */
  uploadBytes: number;
  /** Bytes of all uploads that are held at a time. */
  totalBytes: number;
  files: number;
  /** Uploads that one account may have open. */
  openUploads: number;
  /** Free bytes of the disk that uploads leave to everything else. */
  reserveBytes: number;
  /** One file of a batch; larger ones are sent in parts. */
  smallBytes: number;
  /** Files of one batch. */
  batchFiles: number;
  /** An upload without a byte for so long is removed. */
  abandonedMs: number;
  pace: Pace;
}

/** How slowly a body may come. A sender below it is sent away; what has arrived stays and can be gone on from. */
export interface Pace {
  /** Nothing at all for so long. */
  idleMs: number;
  /** Fewer than `leastBytes` within each `windowMs`. */
  windowMs: number;
  leastBytes: number;
}

const hourMs = 3_600_000;

export const defaultLimits: UploadLimits = {
  uploadBytes: 512 * 2 ** 30,
  totalBytes: 2 ** 40,
  files: 200_000,
  openUploads: 20,
  reserveBytes: 2 ** 30,
  smallBytes: 4 * 2 ** 20,
  batchFiles: 1_000,
  abandonedMs: 72 * hourMs,
  pace: { idleMs: 30_000, windowMs: 60_000, leastBytes: 64 * 1024 },
};
