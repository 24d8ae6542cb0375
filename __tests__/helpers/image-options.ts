import type { ImageOptions } from '../../src/deploy-express/image/build.ts';

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

type Build = ImageOptions['build'];

export type Recorded = { readonly log: string[]; readonly masked: string[]; readonly notices: string[] };

/** What `applyImage` takes, with everything it says recorded. Asks for a build of `workspace` into repository `web`. */
export function imageOptions(
  workspace: string,
  more: Partial<Omit<Build, 'repository'>> & { readonly repository?: Partial<Build['repository']> } = {},
): ImageOptions & { readonly recorded: Recorded } {
  const recorded: Recorded = { log: [], masked: [], notices: [] };
  return {
    build: {
      source: '.',
      dockerfile: 'Dockerfile',
      from: {
        wish: { buildFrom: 'auto', isDockerfileGiven: false, isRuntimeGiven: false },
        isSourceGiven: false,
        isAsked: false,
        context: undefined,
        runtime: undefined,
        runtimeNotes: [],
        runtimeImage: undefined,
        buildImage: undefined,
      },
      generated: undefined,
      target: undefined,
      buildArgs: [],
      buildSecrets: [],
      platform: 'linux/amd64',
      cacheFrom: [],
      cacheTo: [],
      attestations: false,
      imageTags: [],
      ...more,
      repository: {
        name: 'web',
        scanOnPush: true,
        immutableTags: false,
        expireUntaggedDays: undefined,
        ...more.repository,
      },
    },
    commitSha: COMMIT,
    workspace,
    log: (line) => recorded.log.push(line),
    mask: async (secret) => void recorded.masked.push(secret),
    notice: async (message) => void recorded.notices.push(message),
    signal: undefined,
    recorded,
  };
}
