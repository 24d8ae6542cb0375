import http from 'node:http';
import https from 'node:https';
import {
  BatchGetImageCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
  type ImageFailure,
} from '@aws-sdk/client-ecr';
import { type EcrRegistry, mayBeInEcr, parseEcrHost, splitReference } from '../parse-image-reference.ts';
import { clientOf } from './clients.ts';
import { manifestTypes, readImage } from './ecr.ts';
import { findRepository } from './ecr-repository.ts';
import { toActionError } from './failures.ts';
import { isRepositoryMissing } from './refusals.ts';

const ecr = (region?: string) => clientOf(ECRClient, region);

export type ResolvedImage =
  | {
      readonly kind: 'resolved';
      readonly digest: string;
      /** What it is for: `linux/amd64`, … Empty when nobody could see it. One call and one download for a single image. */
      readonly readPlatforms: () => Promise<readonly string[]>;
    }
  | { readonly kind: 'not-ecr' }
  | { readonly kind: 'missing' }
  /** ECR knows no repository of that name in the account and Region that the reference names. */
  | { readonly kind: 'repository-missing' }
  /** It may well be there: the caller's role is not the one that pulls it, or ECR could not say. */
  | { readonly kind: 'unreadable'; readonly because: string };

/** Asks ECR what an image reference names. One call; none for a registry that cannot be ECR's. */
export async function resolveImage(reference: string): Promise<ResolvedImage> {
  const { host, repository, tag, digest } = splitReference(reference);
  if (!mayBeInEcr(host)) return { kind: 'not-ecr' };
  const registry = parseEcrHost(host);
  if (registry === undefined && !(await isCustomRegistry(host, repository))) return { kind: 'not-ecr' };
  const imageId = digest === undefined ? { imageTag: tag } : { imageDigest: digest };
  try {
    const answer = await ecr(registry?.region).send(
      new BatchGetImageCommand({
        registryId: registry?.accountId,
        repositoryName: repository,
        imageIds: [imageId],
        acceptedMediaTypes: manifestTypes,
      }),
    );
    const image = answer.images?.[0] && readImage(answer.images[0]);
    if (image === undefined) return explainAbsence(answer.failures?.[0]);
    const { manifest } = image;
    return {
      kind: 'resolved',
      digest: image.digest,
      readPlatforms: () => readPlatforms(manifest, repository, registry),
    };
  } catch (cause) {
    return toUnresolved(cause, reference, registry);
  }
}

/** Of a pull-through cache, the failure may lie at the other registry, or at the key: the image may be there all the same. */
function explainAbsence(
  failure: ImageFailure | undefined,
): Extract<ResolvedImage, { kind: 'missing' | 'unreadable' }> {
  if (failure?.failureCode === 'ImageNotFound') return { kind: 'missing' };
  const because = failure?.failureCode ?? 'the answer holds neither an image nor a failure';
  return {
    kind: 'unreadable',
    because: `ECR says ${because}: ${failure?.failureReason ?? 'no reason given'}`,
  };
}

/** With a custom endpoint the registry is wherever that endpoint says. */
async function isCustomRegistry(host: string, repository: string): Promise<boolean> {
  const found = await findRepository(repository).catch(() => undefined);
  return found?.uri === `${host}/${repository}`;
}

function toUnresolved(
  cause: unknown,
  reference: string,
  registry: EcrRegistry | undefined,
): Extract<ResolvedImage, { kind: 'repository-missing' | 'unreadable' }> {
  if (isRepositoryMissing(cause)) return { kind: 'repository-missing' };
  const where = registry === undefined ? '' : ` in ${registry.region}`;
  const error = toActionError(cause, `look up ${reference}${where}`, 'ecr:BatchGetImage');
  // With bad credentials nothing else will work either, and that is the thing to say.
  if (error.code.startsWith('credentials-')) throw error;
  return { kind: 'unreadable', because: error.message };
}

type Manifest = {
  readonly manifests?: readonly {
    readonly platform?: { readonly os?: string; readonly architecture?: string };
  }[];
  readonly config?: { readonly digest?: string };
};

type Platform = { readonly os?: string | undefined; readonly architecture?: string | undefined };

/** @returns `linux/amd64`, …: an index says it of its members; a single manifest does not, but its configuration does. */
export async function readPlatforms(
  text: string,
  repository: string,
  registry?: EcrRegistry,
): Promise<readonly string[]> {
  try {
    const manifest = JSON.parse(text) as Manifest;
    const { manifests, config } = manifest;
    if (manifests !== undefined) return manifests.flatMap(({ platform }) => renderPlatform(platform));
    if (config?.digest === undefined) return [];
    const { downloadUrl } = await ecr(registry?.region).send(
      new GetDownloadUrlForLayerCommand({
        registryId: registry?.accountId,
        repositoryName: repository,
        layerDigest: config.digest,
      }),
    );
    return downloadUrl === undefined ? [] : renderPlatform(JSON.parse(await download(downloadUrl)));
  } catch {
    // A role that may not, a network that reaches ECR but not S3, an odd manifest: it is not known, and nothing hangs on it.
    return [];
  }
}

/** Attestations, which buildx adds, are members for `unknown/unknown`. */
function renderPlatform(platform: Platform | undefined): readonly string[] {
  const { os, architecture } = platform ?? {};
  if (os === undefined || architecture === undefined || architecture === 'unknown') return [];
  return [`${os}/${architecture}`];
}

const downloadTimeoutMs = 5_000;
/** The configuration of an image is a few kilobytes. */
const longestConfiguration = 1024 * 1024;

function download(address: string): Promise<string> {
  const url = new URL(address);
  // The runner's proxy settings, as for every other request: Node's own agents look at them only when told to.
  const [{ get }, agent] =
    url.protocol === 'http:'
      ? [http, new http.Agent({ proxyEnv: process.env })]
      : [https, new https.Agent({ proxyEnv: process.env })];
  return new Promise<string>((resolve, reject) => {
    const asked = get(url, { agent, signal: AbortSignal.timeout(downloadTimeoutMs) }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
        if (body.length > longestConfiguration) response.destroy(new Error('too long for a configuration'));
      });
      response.on('error', reject);
      response.on('end', () => resolve(body));
    });
    asked.on('error', reject);
  }).finally(() => agent.destroy());
}
