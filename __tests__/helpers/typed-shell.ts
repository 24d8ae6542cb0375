import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './source-tree.ts';

export type Typed = {
  /** Each command that would have reached the world, as its words. A document on its standard input is one more word. */
  readonly commands: readonly (readonly string[])[];
  /** What did not go well: a block that failed, a command that nobody knows, whatever was said on standard error. */
  readonly problems: readonly string[];
  /** Reads a file that the blocks wrote, by its path in the checkout. */
  readonly read: (file: string) => string;
  readonly remove: () => void;
};

/** What the blocks may run for real; everything else is recorded, or is unknown. */
const real = ['cat', 'cp', 'grep', 'mkdir', 'node', 'rm', 'sed', 'tr'];
const recorded = ['aws', 'curl', 'docker', 'gh', 'git', 'npm', 'python3', 'terraform', 'uuidgen'];

/** Rows of `describe-stacks`: a description and a value. */
export type Stack = readonly (readonly [description: string, value: string])[];

/**
 * Types shell blocks of a page into one shell, one after the other, as a reader does who put in names of their own: in a checkout of `octo/shop`, which is a
 * folder of another name. Only the shell itself is real. `aws`, `gh`, `git` and the like write down their words, and answer as far as a later command reads it.
 */
export function typeInShell(blocks: readonly string[], stack: Stack = []): Typed {
  const folder = mkdtempSync(join(tmpdir(), 'typed-'));
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const name of real) symlinkSync(whichOf(name), join(bin, name));
  const workflows = join(folder, 'checkout/.github/workflows');
  mkdirSync(workflows, { recursive: true });
  cpSync(join(root, 'examples/workflows/deploy.yml'), join(workflows, 'ci.yml'));
  writeFileSync(join(folder, 'stack'), stack.map((row) => `${row.join('\t')}\n`).join(''));
  const script = [
    prelude,
    ...blocks.map((block, index) => `${putNames(block)}\n[ $? = 0 ] || echo "block ${index + 1} failed" >&2`),
  ];
  const { stderr } = spawnSync('/bin/bash', ['--norc', '-c', script.join('\n')], {
    cwd: join(folder, 'checkout'),
    encoding: 'utf8',
    env: { PATH: bin, HERE: folder, ROOT: root },
  });
  const read = (file: string) => readFileSync(join(folder, 'checkout', file), 'utf8');
  return {
    commands: read('../record')
      .split('\x1e')
      .slice(0, -1)
      .map((line) => line.split('\x1f').slice(0, -1)),
    problems: stderr.split('\n').filter((line) => line !== ''),
    read,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What the pages ask a reader to replace. */
function putNames(block: string): string {
  return block
    .replaceAll('YOUR_ORG', 'octo')
    .replaceAll('YOUR_REPO', 'shop')
    .replace('OWNER=OWNER', 'OWNER=acme')
    .replace('REVIEWER=LOGIN', 'REVIEWER=octocat');
}

function whichOf(name: string): string {
  return spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
}

const prelude = `
: > "$HERE/record"
record() {
  printf '%s\\x1f' "$@" >> "$HERE/record"
  case " $* " in *" --input - "*) printf '%s\\x1f' "$(cat)" >> "$HERE/record" ;; esac
  printf '\\x1e' >> "$HERE/record"
  answer "$@"
}
answer() {
  case "$*" in
    'git clone '*)
      folder=\${4:-express-deploy-actions}; mkdir -p "$folder"
      for each in bootstrap examples; do cp -R "$ROOT/$each" "$folder/"; done ;;
    'git rev-parse HEAD' | 'git -C '*' rev-parse HEAD') echo 0123456789abcdef0123456789abcdef01234567 ;;
    'npm run emulator --silent') echo '{ "env": { "AWS_REGION": "eu-west-1" } }' ;;
    'aws cloudformation describe-stacks '*) cat "$HERE/stack" ;;
    'aws sts get-caller-identity '*) echo 123456789012 ;;
    'aws iam list-open-id-connect-providers '*) ;;
    'aws elbv2 describe-load-balancers '*) echo alb.example ;;
    'aws apprunner list-services '*) echo "arn:aws:apprunner:eu-west-1:123456789012:service/web-app/$(printf '%032d' 1)" ;;
    'gh api repos/'*RepositoryOwnerId*) echo 'RepositoryOwnerId=1 RepositoryId=2 Branch=trunk' ;;
    'gh api users/'*) echo 7 ;;
    'gh repo view --json nameWithOwner '*) echo octo/shop ;;
    'gh repo view --json defaultBranchRef '*) echo trunk ;;
    'gh run list '*) echo 4711 ;;
    'gh variable get '*) echo arn:aws:iam::123456789012:role/express-task ;;
    'aws apprunner describe-service '*) echo arn:aws:iam::123456789012:role/blue ;;
    'aws iam list-attached-role-policies '*) echo arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess ;;
    'aws iam list-role-policies '*) echo own ;;
    'aws iam get-role-policy '*) echo '{}' ;;
    'gh run download '*)
      mkdir -p "$7"
      for each in deploy-express shift shift-without-reviewers rollback previews sweep-previews; do echo "# $each" > "$7/$each.yml"; done ;;
    'python3 -m venv '*) mkdir -p "$4/bin"; echo '#!/bin/true' > "$4/bin/pip"; /bin/chmod +x "$4/bin/pip" ;;
    uuidgen) echo 01234567-89ab-cdef-0123-456789abcdef ;;
  esac
}
${recorded.map((name) => `${name}() { record ${name} "$@"; }`).join('\n')}
command_not_found_handle() { echo "nobody knows the command $1" >&2; return 127; }
`;
