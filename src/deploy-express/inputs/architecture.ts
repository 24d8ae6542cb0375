import { parseOneOf } from '../../parse.ts';
import { type Platform, platformOfArchitecture } from '../model/inputs.ts';
import type { CpuArchitecture } from '../model/settings.ts';
import type { InputReader } from './input-reader.ts';

/**
 * What the image is built for and what the tasks run on: each follows the other, because a mismatch shows only minutes
 * later, as tasks that cannot start. Both `undefined` = what runs is kept.
 */
export type Architecture = {
  readonly cpuArchitecture: CpuArchitecture | undefined;
  readonly platform: Platform | undefined;
};

export function parseArchitecture(reader: InputReader): Architecture {
  const architecture = reader.take('cpu-architecture', (raw) => parseOneOf(raw, ['X86_64', 'ARM64']));
  const platform = reader.take('platform', (raw) => parseOneOf(raw, ['linux/amd64', 'linux/arm64']));
  const implied: CpuArchitecture | undefined = platform && (platform === 'linux/arm64' ? 'ARM64' : 'X86_64');
  if (architecture !== undefined && implied !== undefined && architecture !== implied) {
    reader.report({
      input: 'platform',
      seen: `${platform} with cpu-architecture ${architecture}`,
      wanted: `${platformOfArchitecture[architecture]} or nothing: platform follows cpu-architecture`,
    });
  }
  const cpuArchitecture = architecture ?? implied;
  return {
    cpuArchitecture,
    platform: platform ?? (cpuArchitecture && platformOfArchitecture[cpuArchitecture]),
  };
}
