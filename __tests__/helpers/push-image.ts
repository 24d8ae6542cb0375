import { type CallOptions, digestOf } from './registry-world.ts';

type Call = (method: string, path: string, options?: CallOptions) => Promise<Response>;

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Pushes an image of one small layer over plain HTTP, as docker would. `reference` is a tag, or nothing to go by digest. */
export async function pushImage(
  call: Call,
  repository: string,
  image: { readonly reference?: string; readonly architecture?: string; readonly layer?: string },
): Promise<{ readonly digest: string; readonly size: number; readonly answer: Response }> {
  const config = JSON.stringify({ os: 'linux', architecture: image.architecture ?? 'amd64' });
  const layer = image.layer ?? 'a layer';
  await pushBlob(call, repository, config);
  await pushBlob(call, repository, layer);
  const manifest = imageManifest(config, layer);
  const digest = digestOf(manifest);
  const answer = await pushManifest(call, repository, {
    reference: image.reference ?? digest,
    mediaType: OCI_MANIFEST,
    manifest,
  });
  return { digest, size: manifest.length, answer };
}

export function imageManifest(config: string, layer: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(OCI_CONFIG, config),
    layers: [descriptor(OCI_LAYER, layer)],
  });
}

export async function pushBlob(call: Call, repository: string, bytes: string): Promise<string> {
  const digest = digestOf(bytes);
  const path = `/v2/${repository}/blobs/uploads/?digest=${digest}`;
  const answer = await call('POST', path, { body: bytes });
  if (answer.status !== 201) throw new Error(`pushing a blob: ${answer.status} ${await answer.text()}`);
  return digest;
}

export function pushManifest(
  call: Call,
  repository: string,
  pushed: { readonly reference: string; readonly mediaType: string; readonly manifest: string },
): Promise<Response> {
  return call('PUT', `/v2/${repository}/manifests/${pushed.reference}`, {
    headers: { 'content-type': pushed.mediaType },
    body: pushed.manifest,
  });
}

function descriptor(mediaType: string, content: string) {
  return { mediaType, digest: digestOf(content), size: content.length };
}
