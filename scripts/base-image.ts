/**
 * `node scripts/base-image.ts NAME` makes an image with Node in it from the files of this machine: the running node and
 * the libraries it is linked to. For the sample app where the official image cannot be pulled, as in CI without a
 * network. Linux only, and no shell in it.
 */
import { makeBaseImage } from './local-image.ts';

const [name] = process.argv.slice(2);
if (name === undefined) throw new TypeError('node scripts/base-image.ts NAME');
await makeBaseImage(name);
process.stdout.write(`Made ${name}\n`);
