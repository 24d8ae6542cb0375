import { sendBlob } from './blobs.ts';
import type { Handler } from './call.ts';
import { listTags, putManifest, sendManifest } from './manifests.ts';
import { appendToUpload, cancelUpload, finishUpload, showUpload, startUpload } from './uploads.ts';

/** One kind of path below `/v2/`: group 1 is the repository, group 2 what else the path names. */
type Route = { readonly path: RegExp; readonly methods: Readonly<Record<string, Entry>> };

/** `operation` is how the request is called in the emulator's log and in its faults. */
type Entry = { readonly operation: string; readonly handle: Handler };

const ROUTES: readonly Route[] = [
  {
    path: /^\/v2\/(.+)\/blobs\/uploads\/?$/,
    methods: { POST: { operation: 'StartUpload', handle: startUpload } },
  },
  {
    path: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: {
      GET: { operation: 'ShowUpload', handle: showUpload },
      PATCH: { operation: 'AppendToUpload', handle: appendToUpload },
      PUT: { operation: 'FinishUpload', handle: finishUpload },
      DELETE: { operation: 'CancelUpload', handle: cancelUpload },
    },
  },
  {
    path: /^\/v2\/(.+)\/blobs\/([^/]+)$/,
    methods: {
      GET: { operation: 'GetBlob', handle: sendBlob },
      HEAD: { operation: 'HeadBlob', handle: sendBlob },
    },
  },
  {
    path: /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    methods: {
      GET: { operation: 'GetManifest', handle: sendManifest },
      HEAD: { operation: 'HeadManifest', handle: sendManifest },
      PUT: { operation: 'PutManifest', handle: putManifest },
    },
  },
  { path: /^\/v2\/(.+)\/tags\/list$/, methods: { GET: { operation: 'ListTags', handle: listTags } } },
];

export type Routed =
  | {
      readonly kind: 'operation';
      readonly entry: Entry;
      readonly repository: string;
      readonly reference: string;
    }
  /** The API version check that every client starts with. */
  | { readonly kind: 'ping' }
  | { readonly kind: 'refused'; readonly status: 404 | 405 };

export function route(method: string, path: string): Routed {
  if (/^\/v2\/?$/.test(path)) return { kind: 'ping' };
  for (const { path: pattern, methods } of ROUTES) {
    const match = pattern.exec(path);
    if (match === null) continue;
    const entry = methods[method];
    if (entry === undefined) return { kind: 'refused', status: 405 };
    return { kind: 'operation', entry, repository: match[1] ?? '', reference: match[2] ?? '' };
  }
  return { kind: 'refused', status: 404 };
}
