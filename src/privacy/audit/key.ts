import { createPrivateKey, createPublicKey, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { IdiographError } from '../../dossier/errors.ts';

/** What the one secret gives: the key of the line MACs and the pair that signs checkpoints. */
export interface AuditKeys {
  /** Held as a key: making one anew of bytes for each line takes longer than the line. */
  mac: KeyObject;
  signing: KeyObject;
  verifying: KeyObject;
  /** Raw Ed25519 public key, hexadecimal: stands in each checkpoint. */
  publicKey: string;
}

const secretBytes = 32;

/** `$IDIOGRAPH_AUDIT_KEY_FILE`, or `audit.key` beside the folder of the chain. */
export function keyPath(directory: string): string {
  return process.env['IDIOGRAPH_AUDIT_KEY_FILE'] || join(dirname(directory), `${basename(directory)}.key`);
}

/** The secret in the key file. Throws `integrity` when it is absent or damaged. */
export function readSecret(path: string): Uint8Array {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new IdiographError('integrity', `the key of the audit chain cannot be read: ${path}`, {
      path,
      cause,
      remedy:
        'Put the key file back (it is no part of a backup of the chain), or name its place in IDIOGRAPH_AUDIT_KEY_FILE.',
    });
  }
  const secret = Buffer.from(text.trim(), 'base64');
  if (secret.length !== secretBytes || secret.toString('base64') !== text.trim()) {
    throw new IdiographError('integrity', `the key file of the audit chain is damaged: ${path}`, {
      path,
      remedy: 'Restore the key file from the copy that you keep of it.',
    });
  }
  return secret;
}

/** Makes the key file, mode 0600, unless there is one; never overwrites. */
export async function makeSecret(path: string): Promise<void> {
  if (existsSync(path)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.new`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${randomBytes(secretBytes).toString('base64')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    // A link fails where a rename would overwrite the key of somebody who was quicker.
    await link(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Derives (HKDF-SHA-256) what the chain needs from the secret. */
export function deriveKeys(secret: Uint8Array): AuditKeys {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', `idiograph audit ${use}`, 32));
  // The PKCS #8 frame of an Ed25519 private key (RFC 8410, section 7), before its 32 bytes.
  const frame = Buffer.from('302e020100300506032b657004220420', 'hex');
  const signing = createPrivateKey({
    key: Buffer.concat([frame, derive('checkpoint')]),
    format: 'der',
    type: 'pkcs8',
  });
  const verifying = createPublicKey(signing);
  const publicKey = verifying.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  return { mac: createSecretKey(derive('line')), signing, verifying, publicKey };
}
