/** What WebGPU in Node.js needs on Linux. */
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A driver for a process of its own, or why there is none. */
export type Vulkan =
  { readonly name: string; readonly env: Readonly<Record<string, string>> } | { readonly missing: string };

const LOADERS = ['/usr/lib', '/usr/lib64', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu'];
const SWIFTSHADERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
const REGISTERED = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'];

/** Finds SwiftShader, which computes the same everywhere, else whatever driver the machine has. */
export function findVulkan(): Vulkan {
  if (process.platform !== 'linux') return { missing: `not tried on ${process.platform}` };
  if (!LOADERS.some((folder) => existsSync(join(folder, 'libvulkan.so.1')))) {
    return { missing: 'libvulkan.so.1 not found' };
  }
  const library = SWIFTSHADERS.map((folder) => join(folder, 'libvk_swiftshader.so')).find(existsSync);
  if (library === undefined) {
    return REGISTERED.some((folder) => existsSync(folder) && readdirSync(folder).length > 0)
      ? { name: 'the driver of this machine', env: {} }
      : { missing: 'libvk_swiftshader.so not found' };
  }
  const file = join(mkdtempSync(join(tmpdir(), 'vulkan-')), 'swiftshader.json');
  const driver = { file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.3.0' } };
  writeFileSync(file, JSON.stringify(driver));
  return { name: 'SwiftShader', env: { VK_DRIVER_FILES: file } };
}
