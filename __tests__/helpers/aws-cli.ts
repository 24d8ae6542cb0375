import { spawnSync } from 'node:child_process';

/** Set to the one to use, else what PATH finds. */
const command = process.env['AWS_CLI'] ?? 'aws';
const python = process.env['AWS_PYTHON'] ?? 'python3';

type ClientEnv = Readonly<Record<string, string>>;

/** Nothing of the machine's own AWS set-up may leak into a case. */
function clean(env: ClientEnv): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: '/nonexistent',
    AWS_PAGER: '',
    ...env,
  };
}

function run(program: string, args: readonly string[], env: ClientEnv): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: clean(env),
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** What the AWS CLI prints for the arguments, as JSON unless it printed nothing. */
export function awsCli(args: readonly string[], env: ClientEnv): unknown {
  const printed = run(command, args, env).trim();
  return printed === '' ? undefined : JSON.parse(printed);
}

/** Runs a bash script as printed in a document, with the CLI in front of its PATH. */
export function shell(script: string, env: ClientEnv): string {
  const alias = `aws() { command ${JSON.stringify(command)} "$@"; }\nset -euo pipefail\n`;
  return run('bash', ['-c', alias + script], env);
}

export function runPython(script: string, env: ClientEnv): string {
  return run(python, ['-c', script], env);
}

function answers(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', env: clean({}), timeout: 60_000 }).status === 0;
}

function describeIf(present: boolean, wanted: string, name: string, cases: () => void): void {
  if (!present) process.stderr.write(`SKIPPED: ${name}: it needs ${wanted}\n`);
  (present ? describe : describe.skip)(name, cases);
}

/** Cases for an AWS CLI that knows Express Mode; said loudly when there is none. */
export function describeWithAwsCli(name: string, cases: () => void): void {
  const present = answers(command, ['ecs', 'create-express-gateway-service', '--generate-cli-skeleton']);
  describeIf(present, 'an AWS CLI of 2026 on the PATH, or its path in AWS_CLI', name, cases);
}

export function describeWithBoto3(name: string, cases: () => void): void {
  const script = 'import boto3; boto3.client("ecs", region_name="eu-west-1").create_express_gateway_service';
  describeIf(
    answers(python, ['-c', script]),
    'boto3 of 2026 for python3, or the path of a Python in AWS_PYTHON',
    name,
    cases,
  );
}
