// Stands in for the kubelet, which mounts a ConfigMap into a pod, and swaps what is mounted when somebody applies another.
import { mkdir, mkdtemp, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** As `mountPath` of the volume says: `/etc/app`, on a node. */
export const mountPath: string = await mkdtemp(join(tmpdir(), 'configmap-'));

let applied = 0;

/** `kubectl apply`, and what the kubelet does some time later: all files change at once, by one rename. */
export async function apply(files: Readonly<Record<string, string>>): Promise<void> {
  applied += 1;
  const folder = `..2026_11_21_10_00_0${applied}.${applied}`;
  const data = join(mountPath, '..data');
  const before = await readlink(data).catch(() => undefined);
  await mkdir(join(mountPath, folder));
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(mountPath, folder, name), text);
    if (before === undefined) await symlink(join('..data', name), join(mountPath, name));
  }
  await symlink(folder, `${data}_tmp`);
  await rename(`${data}_tmp`, data);
  if (before !== undefined) await rm(join(mountPath, before), { recursive: true });
}

/** The end of the pod. */
export async function unmount(): Promise<void> {
  await rm(mountPath, { recursive: true });
}
