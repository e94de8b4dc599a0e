const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * The path of an archive member as it may be shown: relative, with `/`, without `.` and empty parts.
 * Members are spooled under numbers, so no name of an archive ever reaches the file system; a name that tries to leave
 * the archive still marks a hostile or broken file and is refused with the reason.
 */
export function memberPath(name: string): { path: string } | { unsafe: string } {
  if (name.length === 0) return { unsafe: 'it has no name' };
  if (name.length > 4096) return { unsafe: 'its name is longer than 4,096 characters' };
  if (/[\u0000-\u001f\u007f]/.test(name)) return { unsafe: 'its name holds control characters' };
  if (name.includes('\\')) return { unsafe: 'its name holds a backslash' };
  if (name.startsWith('/')) return { unsafe: 'its name is absolute' };
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { unsafe: 'its name climbs out of the archive' };
  if (/^[a-z]:/i.test(parts[0] ?? '')) return { unsafe: 'its name begins with a drive letter' };
  const device = parts.find((part) => deviceName.test(part));
  if (device !== undefined) return { unsafe: `"${device}" is the name of a device on some systems` };
  if (parts.length === 0) return { unsafe: 'its name is empty' };
  return { path: parts.join('/') };
}
