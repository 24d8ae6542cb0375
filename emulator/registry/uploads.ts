import type { Upload } from './blob-store.ts';
import { DIGEST, type Handler, type RegistryCall } from './call.ts';
import { RegistryError } from './registry-error.ts';

/**
 * Pushing blobs: one POST with everything, POST then PUT, or POST, PATCHes and PUT.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push
 */

export const startUpload: Handler = async (call) => {
  if (mount(call)) return;
  const upload = await call.state.blobs.begin();
  call.state.uploads.set(upload.id, { upload, repository: call.repository.name });
  const digest = call.query.get('digest');
  if (digest !== null) await receiveAndFinish(call, upload, digest);
  else answerProgress(call, upload, 202);
};

export const showUpload: Handler = (call) => answerProgress(call, findUpload(call), 204);

export const appendToUpload: Handler = async (call) => {
  const upload = findUpload(call);
  requireNextByte(call, upload);
  await receive(call, upload);
  answerProgress(call, upload, 202);
};

export const finishUpload: Handler = async (call) => {
  const upload = findUpload(call);
  requireNextByte(call, upload);
  await receiveAndFinish(call, upload, call.query.get('digest') ?? '');
};

export const cancelUpload: Handler = async (call) => {
  await discard(call, findUpload(call));
  call.response.writeHead(204).end();
};

/** A blob that another repository has need not travel again. On AWS this is an account setting (README). */
function mount(call: RegistryCall): boolean {
  const digest = call.query.get('mount');
  const source = call.state.repositories.get(call.query.get('from') ?? '');
  const size = digest === null ? undefined : source?.blobs.get(digest);
  if (digest === null || size === undefined) return false;
  call.repository.blobs.set(digest, size);
  answerCreated(call, digest);
  return true;
}

async function receiveAndFinish(call: RegistryCall, upload: Upload, digest: string): Promise<void> {
  await receive(call, upload);
  const kept = DIGEST.test(digest) && (await call.state.blobs.commit(upload, digest));
  if (!kept) {
    await discard(call, upload);
    throw new RegistryError(400, 'DIGEST_INVALID', `The uploaded bytes do not have the digest '${digest}'`);
  }
  call.state.uploads.delete(upload.id);
  call.repository.blobs.set(digest, upload.size);
  answerCreated(call, digest);
}

async function receive(call: RegistryCall, upload: Upload): Promise<void> {
  try {
    await call.state.blobs.append(upload, call.request);
  } catch (error) {
    // The digest was reckoned over bytes that may not have reached the disk: this upload cannot go on.
    await discard(call, upload);
    throw error;
  }
}

async function discard(call: RegistryCall, upload: Upload): Promise<void> {
  call.state.uploads.delete(upload.id);
  await call.state.blobs.discard(upload);
}

function findUpload(call: RegistryCall): Upload {
  const found = call.state.uploads.get(call.reference);
  if (found?.repository === call.repository.name) return found.upload;
  throw new RegistryError(
    404,
    'BLOB_UPLOAD_UNKNOWN',
    `There is no upload '${call.reference}' in this repository`,
  );
}

function requireNextByte(call: RegistryCall, upload: Upload): void {
  const match = /^(\d+)-\d+$/.exec(call.request.headers['content-range'] ?? '');
  if (match === null || Number(match[1]) === upload.size) return;
  throw new RegistryError(416, 'BLOB_UPLOAD_INVALID', `The next byte of this upload is ${upload.size}`, {
    range: rangeOf(upload),
  });
}

function answerProgress(call: RegistryCall, upload: Upload, status: 202 | 204): void {
  call.response
    .writeHead(status, {
      location: `/v2/${call.repository.name}/blobs/uploads/${upload.id}`,
      'docker-upload-uuid': upload.id,
      range: rangeOf(upload),
      'content-length': 0,
    })
    .end();
}

function answerCreated(call: RegistryCall, digest: string): void {
  call.response
    .writeHead(201, {
      location: `/v2/${call.repository.name}/blobs/${digest}`,
      'docker-content-digest': digest,
      'content-length': 0,
    })
    .end();
}

/** Inclusive, so nothing received reads `0-0` as well; that is how the specification has it. */
function rangeOf(upload: Upload): string {
  return `0-${Math.max(0, upload.size - 1)}`;
}
