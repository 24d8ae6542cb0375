import { createHash } from 'node:crypto';
import { putImage, type StoredImage } from '../ecr/repositories.ts';
import { isImmutable } from '../ecr/tag-mutability.ts';
import { DIGEST, type Handler, type RegistryCall, requiredButMissing } from './call.ts';
import { isForeign, type Manifest, parseManifest } from './manifest.ts';
import { RegistryError } from './registry-error.ts';

/** The specification asks registries to take 4 MiB at least; nobody needs more. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;

export const sendManifest: Handler = (call) => {
  const { repository, reference, response } = call;
  const digest = DIGEST.test(reference) ? reference : repository.imageTags.get(reference);
  const image = repository.images.get(digest ?? '');
  if (image === undefined) throw new RegistryError(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
  response.writeHead(200, {
    'content-type': image.mediaType,
    'content-length': image.manifest.length,
    'docker-content-digest': image.digest,
  });
  response.end(call.request.method === 'HEAD' ? undefined : image.manifest);
};

export const putManifest: Handler = async (call) => {
  const { repository, reference, response } = call;
  const bytes = await readBody(call);
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const tag = parseTag(reference, digest);
  const mediaType = (call.request.headers['content-type'] ?? '').replace(/;.*$/, '').trim();
  const manifest = parseManifest(mediaType, bytes);
  requireContents(call, manifest);
  const image = await describe(call, manifest, { digest, mediaType, bytes });
  // Judged last and in the same breath as the write, so that of two pushes of one tag only one can win.
  if (tag !== undefined) requireFreeTag(call, tag, digest);
  putImage(repository, image, tag);
  response
    .writeHead(201, {
      location: `/v2/${repository.name}/manifests/${digest}`,
      'docker-content-digest': digest,
      'content-length': 0,
    })
    .end();
};

export const listTags: Handler = ({ repository, query, response }) => {
  const tags = [...repository.imageTags.keys()].sort();
  const last = query.get('last');
  const rest = last === null ? tags : tags.filter((tag) => tag > last);
  const limit = Number(query.get('n') ?? rest.length);
  const page = rest.slice(0, limit);
  const end = page.at(-1);
  const link =
    end !== undefined && page.length < rest.length
      ? { link: `</v2/${repository.name}/tags/list?n=${limit}&last=${encodeURIComponent(end)}>; rel="next"` }
      : {};
  response.writeHead(200, { 'content-type': 'application/json', ...link });
  response.end(JSON.stringify({ name: repository.name, tags: page }));
};

/** The tag to set; none when the manifest was pushed by digest, as the members of an index are. */
function parseTag(reference: string, digest: string): string | undefined {
  if (reference.includes(':')) {
    if (reference === digest) return undefined;
    throw new RegistryError(
      400,
      'DIGEST_INVALID',
      `The manifest has the digest '${digest}', not '${reference}'`,
    );
  }
  if (/^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/.test(reference)) return reference;
  throw new RegistryError(400, 'TAG_INVALID', `'${reference}' is not an image tag`);
}

function requireFreeTag({ repository }: RegistryCall, tag: string, digest: string): void {
  const present = repository.imageTags.get(tag);
  if (present === undefined || present === digest || !isImmutable(repository.tagMutability, tag)) return;
  throw new RegistryError(
    400,
    'TAG_INVALID',
    `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten ` +
      'because the tag is immutable.',
  );
}

function requireContents(call: RegistryCall, manifest: Manifest): void {
  const { blobs, images } = call.repository;
  const missing = (present: ReadonlyMap<string, unknown>, digests: readonly string[]) =>
    digests.filter((digest) => !present.has(digest));
  if (manifest.kind === 'index') {
    const digests = missing(
      images,
      manifest.members.map((member) => member.digest),
    );
    if (digests.length > 0) throw requiredButMissing(call, 'Images', digests);
    return;
  }
  const own = [manifest.config, ...manifest.layers.filter((layer) => !isForeign(layer))];
  const digests = missing(
    blobs,
    own.map((blob) => blob.digest),
  );
  if (digests.length > 0) throw requiredButMissing(call, 'Layers', digests);
}

async function describe(
  call: RegistryCall,
  manifest: Manifest,
  pushed: { readonly digest: string; readonly mediaType: string; readonly bytes: Buffer },
): Promise<StoredImage> {
  const common = {
    digest: pushed.digest,
    mediaType: pushed.mediaType,
    manifest: pushed.bytes,
    subject: manifest.subject,
    pushedAt: call.state.clock.now(),
  };
  if (manifest.kind === 'index') {
    const members = manifest.members.flatMap(({ digest }) => call.repository.images.get(digest) ?? []);
    return {
      ...common,
      sizeInBytes: Math.max(0, ...members.map((member) => member.sizeInBytes)),
      artifactMediaType: undefined,
      members: members.map((member) => member.digest),
      architectures: [...new Set(members.flatMap((member) => member.architectures))],
    };
  }
  return {
    ...common,
    sizeInBytes: manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
    artifactMediaType: manifest.config.mediaType,
    members: [],
    architectures: await readArchitectures(call, manifest.config),
  };
}

/** A manifest alone does not say what it runs on; its config does. */
async function readArchitectures(
  { state }: RegistryCall,
  config: { readonly mediaType: string; readonly digest: string },
): Promise<string[]> {
  if (!/^application\/vnd\.(oci\.image\.config|docker\.container\.image)\.v1\+json$/.test(config.mediaType)) {
    return [];
  }
  try {
    const { os, architecture } = JSON.parse((await state.blobs.readWhole(config.digest)).toString('utf8'));
    // BuildKit's attestations are images for the platform unknown/unknown.
    return os === 'linux' && typeof architecture === 'string' ? [architecture] : [];
  } catch {
    return [];
  }
}

async function readBody({ request }: RegistryCall): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_MANIFEST)
      throw new RegistryError(413, 'MANIFEST_INVALID', 'The manifest is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
