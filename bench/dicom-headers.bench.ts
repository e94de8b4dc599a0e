/**
 * Header scan of 1,000 DICOM files from disk against pydicom's lazy read of the same files in the same run
 * (`dcmread(stop_before_pixels=True, defer_size=256)`), file by file in one thread each. CPU
 * seconds, because the machine may be shared: the first round with cold code, and the best of three. One JSON line.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesUnder, untar } from '../conformance/dicomFolder.ts';
import { sharedData } from '../conformance/shared.ts';
import { dicomFormat } from '../src/intake/dicom/format.ts';
import { defaultLimits } from '../src/intake/format.ts';
import { inputFile } from '../src/intake/inputFile.ts';

const sets = [
  'imaging/patient-forrest/func-oneback-dicom.tar.gz',
  'imaging/dwi-philips-vanderbilt/dicom.tar.gz',
  'imaging/pet-sts001/fdg-pet-raw.tar.gz',
  'imaging/patient-forrest/t1-dicom.tar.gz',
];
const total = 1_000;
const rounds = 3;

const pydicom = `
import sys, time, pydicom
paths = sys.stdin.read().split('\\n')
times = []
for _ in range(${rounds}):
    start = time.process_time()
    for path in paths: pydicom.dcmread(path, stop_before_pixels=True, defer_size=256)
    times.append(time.process_time() - start)
print(times[0], min(times), pydicom.__version__)
`;

/** Real files of several scanners, copied so that there are enough. */
function prepare(folder: string): string[] {
  const paths: string[] = [];
  for (const [n, set] of sets.entries()) {
    const archive = untar(sharedData(set)!);
    const files = filesUnder(archive.folder).filter((path) => {
      const file = inputFile(path, path);
      return dicomFormat.sniff(file.head, file);
    });
    for (let i = 0; i < total / sets.length; i++) {
      const path = join(folder, `${n}-${i}.dcm`);
      copyFileSync(files[i % files.length]!, path);
      paths.push(path);
    }
    archive.remove();
  }
  return paths;
}

/** CPU seconds of the first round and of the best. */
async function timeOurs(paths: string[]): Promise<{ cold: number; best: number }> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    for (const path of paths) await dicomFormat.read(inputFile(path, path), defaultLimits);
    const { user, system } = process.cpuUsage(start);
    times.push((user + system) / 1e6);
  }
  return { cold: times[0]!, best: Math.min(...times) };
}

function round(value: number): number {
  return Number(value.toFixed(3));
}

const absent = sets.filter((set) => sharedData(set) === undefined);
if (absent.length > 0) {
  console.log(`dicom-headers: skipped, not here: ${absent.join(', ')}`);
} else {
  const folder = mkdtempSync(join(tmpdir(), 'idiograph-bench-'));
  try {
    const paths = prepare(folder);
    const ours = await timeOurs(paths);
    let peer: { cold: number; best: number; version: string } | undefined;
    try {
      const [cold, best, version] = execFileSync('/usr/bin/python3', ['-c', pydicom], {
        input: paths.join('\n'),
        encoding: 'utf8',
      })
        .trim()
        .split(' ');
      peer = { cold: Number(cold), best: Number(best), version: version! };
    } catch {
      console.error('dicom-headers: no pydicom in /usr/bin/python3; our time alone');
    }
    console.log(
      JSON.stringify({
        bench: 'dicom-headers',
        files: paths.length,
        cpuSeconds: round(ours.best),
        cpuSecondsCold: round(ours.cold),
        ...(peer && {
          peer: `pydicom ${peer.version}`,
          peerCpuSeconds: round(peer.best),
          ratio: round(peer.best / ours.best),
          ratioCold: round(peer.cold / ours.cold),
        }),
        maxRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
