import { RegistryError } from './registry-error.ts';

export type Descriptor = { readonly mediaType: string; readonly digest: string; readonly size: number };

/** A manifest read as far as a registry has to. */
export type Manifest =
  | {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
      readonly subject: string | undefined;
    }
  | { readonly kind: 'index'; readonly members: readonly Descriptor[]; readonly subject: string | undefined };

const KINDS: Readonly<Record<string, Manifest['kind']>> = {
  'application/vnd.docker.distribution.manifest.v2+json': 'image',
  'application/vnd.oci.image.manifest.v1+json': 'image',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
  'application/vnd.oci.image.index.v1+json': 'index',
};

/** Throws `MANIFEST_INVALID` for what ECR does not store: other media types, schema 1, and broken JSON. */
export function parseManifest(mediaType: string, bytes: Buffer): Manifest {
  const kind = KINDS[mediaType];
  if (kind === undefined) throw invalid(`The media type '${mediaType}' is not supported`);
  const json = parseJson(bytes);
  if (json['mediaType'] !== undefined && json['mediaType'] !== mediaType) {
    throw invalid(`The manifest says it is '${json['mediaType']}', its Content-Type says '${mediaType}'`);
  }
  const subject = json['subject'] === undefined ? undefined : parseDescriptor(json['subject']).digest;
  if (kind === 'image') {
    return { kind, subject, config: parseDescriptor(json['config']), layers: parseList(json['layers']) };
  }
  const members = parseList(json['manifests']);
  // A BuildKit cache without image-manifest=true is an index of layers: ECR answers 400 to it, which is why
  // `--cache-to` needs that option there. https://github.com/aws/containers-roadmap/issues/876
  const stranger = members.find((member) => KINDS[member.mediaType] === undefined);
  if (stranger !== undefined) {
    throw invalid(`An index lists manifests only, and '${stranger.mediaType}' is not one`);
  }
  return { kind, members, subject };
}

/** Layers that are fetched from elsewhere, such as those of Windows base images, are never pushed. */
export function isForeign(layer: Descriptor): boolean {
  return /\.foreign\.|\.nondistributable\./.test(layer.mediaType);
}

function parseJson(bytes: Buffer): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'));
    if (isObject(json) && json['schemaVersion'] === 2) return json;
  } catch {
    // Told below, together with JSON that is no manifest.
  }
  throw invalid('The manifest is not a JSON object with schemaVersion 2');
}

function parseList(value: unknown): Descriptor[] {
  if (!Array.isArray(value)) throw invalid('The manifest lacks its list of descriptors');
  return value.map(parseDescriptor);
}

function parseDescriptor(value: unknown): Descriptor {
  if (!isObject(value)) throw invalid('A descriptor is not an object');
  const { mediaType, digest, size } = value;
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || typeof size !== 'number') {
    throw invalid('A descriptor needs mediaType, digest and size');
  }
  return { mediaType, digest, size };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): RegistryError {
  return new RegistryError(400, 'MANIFEST_INVALID', message);
}
