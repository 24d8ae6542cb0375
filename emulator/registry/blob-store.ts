import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes on their way in. The digest is reckoned while they pass, so that a large layer is read only once. */
export type Upload = { readonly id: string; readonly path: string; readonly hash: Hash; size: number };

/** Layers and configs on disk, named by digest. Which repository may see which blob is not decided here. */
export type BlobStore = {
  readonly begin: () => Promise<Upload>;
  /** Appends to the upload. When the sender breaks off the upload is unusable and has to be discarded. */
  readonly append: (upload: Upload, bytes: Readable) => Promise<void>;
  /** Keeps the upload as the blob of this digest; false when its bytes have another digest. */
  readonly commit: (upload: Upload, digest: string) => Promise<boolean>;
  readonly discard: (upload: Upload) => Promise<void>;
  readonly read: (digest: string, range?: { readonly start: number; readonly end: number }) => ReadStream;
  readonly readWhole: (digest: string) => Promise<Buffer>;
  readonly close: () => Promise<void>;
};

export async function createBlobStore(): Promise<BlobStore> {
  const folder = await mkdtemp(join(tmpdir(), 'emulated-registry-'));
  const stored = new Set<string>();
  const blobPath = (digest: string) => join(folder, digest.replace(':', '-'));

  return {
    begin: async () => {
      const id = randomUUID();
      const path = join(folder, `upload-${id}`);
      await (await open(path, 'wx')).close();
      return { id, path, hash: createHash('sha256'), size: 0 };
    },
    append: (upload, bytes) =>
      pipeline(
        bytes,
        async function* measured(chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            upload.hash.update(chunk);
            upload.size += chunk.length;
            yield chunk;
          }
        },
        createWriteStream(upload.path, { flags: 'a' }),
      ),
    commit: async (upload, digest) => {
      if (`sha256:${upload.hash.copy().digest('hex')}` !== digest) return false;
      // Windows does not rename over a file that somebody is reading, and the bytes are the same.
      if (stored.has(digest)) await rm(upload.path);
      else await rename(upload.path, blobPath(digest));
      stored.add(digest);
      return true;
    },
    discard: (upload) => rm(upload.path, { force: true }),
    read: (digest, range) => createReadStream(blobPath(digest), range),
    readWhole: (digest) => readFile(blobPath(digest)),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
