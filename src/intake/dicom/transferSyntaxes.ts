/** How the pixels of a transfer syntax are coded, and which decoder reads them. */
export type Coding =
  | 'native'
  | 'rle'
  | 'jpeg'
  | 'jpeg-lossless'
  | 'jpeg-ls'
  | 'jpeg-2000'
  | 'htj2k'
  | 'deflated-frames'
  | 'unsupported';

export interface TransferSyntax {
  uid: string;
  name: string;
  coding: Coding;
  explicit: boolean;
  bigEndian: boolean;
  /** The whole data set is compressed (PS3.5 A.5). */
  deflated: boolean;
  lossy: boolean;
}

/** PS3.6 table A-1; coding, then `!` for a lossy one. */
const encapsulated = `
1.2.840.10008.1.2.5 rle RLE Lossless
1.2.840.10008.1.2.4.50 jpeg! JPEG Baseline (Process 1)
1.2.840.10008.1.2.4.51 jpeg! JPEG Extended (Process 2 & 4)
1.2.840.10008.1.2.4.53 jpeg! JPEG Spectral Selection (Processes 6 & 8)
1.2.840.10008.1.2.4.55 jpeg! JPEG Full Progression (Processes 10 & 12)
1.2.840.10008.1.2.4.57 jpeg-lossless JPEG Lossless (Process 14)
1.2.840.10008.1.2.4.70 jpeg-lossless JPEG Lossless (Process 14, Selection Value 1)
1.2.840.10008.1.2.4.80 jpeg-ls JPEG-LS Lossless
1.2.840.10008.1.2.4.81 jpeg-ls! JPEG-LS Near-lossless
1.2.840.10008.1.2.4.90 jpeg-2000 JPEG 2000 (Lossless Only)
1.2.840.10008.1.2.4.91 jpeg-2000! JPEG 2000
1.2.840.10008.1.2.4.92 jpeg-2000 JPEG 2000 Part 2 Multi-component (Lossless Only)
1.2.840.10008.1.2.4.93 jpeg-2000! JPEG 2000 Part 2 Multi-component
1.2.840.10008.1.2.4.94 unsupported JPIP Referenced
1.2.840.10008.1.2.4.95 unsupported JPIP Referenced Deflate
1.2.840.10008.1.2.4.100 unsupported! MPEG2 Main Profile, Main Level
1.2.840.10008.1.2.4.100.1 unsupported! Fragmentable MPEG2 Main Profile, Main Level
1.2.840.10008.1.2.4.101 unsupported! MPEG2 Main Profile, High Level
1.2.840.10008.1.2.4.101.1 unsupported! Fragmentable MPEG2 Main Profile, High Level
1.2.840.10008.1.2.4.102 unsupported! MPEG-4 AVC/H.264 High Profile, Level 4.1
1.2.840.10008.1.2.4.102.1 unsupported! Fragmentable MPEG-4 AVC/H.264 High Profile, Level 4.1
1.2.840.10008.1.2.4.103 unsupported! MPEG-4 AVC/H.264 BD-compatible High Profile, Level 4.1
1.2.840.10008.1.2.4.103.1 unsupported! Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile, Level 4.1
1.2.840.10008.1.2.4.104 unsupported! MPEG-4 AVC/H.264 High Profile, Level 4.2 For 2D Video
1.2.840.10008.1.2.4.104.1 unsupported! Fragmentable MPEG-4 AVC/H.264 High Profile, Level 4.2 For 2D Video
1.2.840.10008.1.2.4.105 unsupported! MPEG-4 AVC/H.264 High Profile, Level 4.2 For 3D Video
1.2.840.10008.1.2.4.105.1 unsupported! Fragmentable MPEG-4 AVC/H.264 High Profile, Level 4.2 For 3D Video
1.2.840.10008.1.2.4.106 unsupported! MPEG-4 AVC/H.264 Stereo High Profile, Level 4.2
1.2.840.10008.1.2.4.106.1 unsupported! Fragmentable MPEG-4 AVC/H.264 Stereo High Profile, Level 4.2
1.2.840.10008.1.2.4.107 unsupported! HEVC/H.265 Main Profile, Level 5.1
1.2.840.10008.1.2.4.108 unsupported! HEVC/H.265 Main 10 Profile, Level 5.1
1.2.840.10008.1.2.4.110 unsupported JPEG XL Lossless
1.2.840.10008.1.2.4.111 unsupported! JPEG XL JPEG Recompression
1.2.840.10008.1.2.4.112 unsupported! JPEG XL
1.2.840.10008.1.2.4.201 htj2k High-Throughput JPEG 2000 (Lossless Only)
1.2.840.10008.1.2.4.202 htj2k High-Throughput JPEG 2000 with RPCL Options (Lossless Only)
1.2.840.10008.1.2.4.203 htj2k! High-Throughput JPEG 2000
1.2.840.10008.1.2.4.204 unsupported JPIP HTJ2K Referenced
1.2.840.10008.1.2.4.205 unsupported JPIP HTJ2K Referenced Deflate
1.2.840.10008.1.2.7.1 unsupported SMPTE ST 2110-20 Uncompressed Progressive Active Video
1.2.840.10008.1.2.7.2 unsupported SMPTE ST 2110-20 Uncompressed Interlaced Active Video
1.2.840.10008.1.2.7.3 unsupported SMPTE ST 2110-30 PCM Digital Audio
1.2.840.10008.1.2.8.1 deflated-frames Deflated Image Frame Compression
`;

function native(uid: string, name: string, explicit: boolean, bigEndian = false, deflated = false): TransferSyntax {
  return { uid, name, coding: 'native', explicit, bigEndian, deflated, lossy: false };
}

const known = new Map<string, TransferSyntax>(
  [
    native('1.2.840.10008.1.2', 'Implicit VR Little Endian', false),
    native('1.2.840.10008.1.2.1', 'Explicit VR Little Endian', true),
    native('1.2.840.10008.1.2.1.99', 'Deflated Explicit VR Little Endian', true, false, true),
    native('1.2.840.10008.1.2.2', 'Explicit VR Big Endian', true, true),
    // GE private: the data set is implicit little endian, only the pixels are big endian.
    native('1.2.840.113619.5.2', 'Implicit VR, pixels Big Endian (GE private)', false),
    ...encapsulated
      .trim()
      .split('\n')
      .map((line): TransferSyntax => {
        const [uid, coding, ...name] = line.split(' ');
        const lossy = coding!.endsWith('!');
        return {
          uid: uid!,
          name: name.join(' '),
          coding: coding!.replace('!', '') as Coding,
          explicit: true,
          bigEndian: false,
          deflated: false,
          lossy,
        };
      }),
  ].map((one) => [one.uid, one]),
);

/** Pixels are big endian though the data set is not. */
export const bigEndianPixels = '1.2.840.113619.5.2';

/** The named syntax; unknown ones are taken for encapsulated explicit little endian, as PS3.5 A.4 has all new ones. */
export function transferSyntax(uid: string): TransferSyntax {
  return (
    known.get(uid) ?? {
      uid,
      name: 'unknown transfer syntax',
      coding: 'unsupported',
      explicit: true,
      bigEndian: false,
      deflated: false,
      lossy: false,
    }
  );
}
