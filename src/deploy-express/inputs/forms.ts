import { accepted, type Form, type Parsed, quote, refused } from '../../parse.ts';

const hostPart = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const pathPart = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
export const tagPattern = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
export const pathPattern = `${pathPart}(?:/${pathPart})*`;
/** The grammar of the distribution project's `reference` package, as far as registries take it. */
const imagePattern = new RegExp(
  `^(?:${hostPart}(?:\\.${hostPart})*(?::\\d+)?/)?${pathPattern}(?::${tagPattern})?(?:@sha256:[0-9a-f]{64})?$`,
);

export function parseImageReference(raw: string): Parsed<string> {
  const wanted =
    'an image reference, REGISTRY/NAME:TAG or REGISTRY/NAME@sha256:DIGEST, with the name in lower case and no scheme';
  return raw.length <= 1024 && imagePattern.test(raw) ? accepted(raw) : refused({ seen: quote(raw), wanted });
}

export const folderForm: Form = {
  pattern: /^(?!-)(?!.*:\/\/)[^\0\n]+$/,
  wanted: 'a folder of the workspace; a repository elsewhere is checked out first',
};
export const fileForm: Form = {
  pattern: /^(?!-)(?!.*:\/\/)[^\0\n]+$/,
  wanted: 'a file inside the source folder',
};
