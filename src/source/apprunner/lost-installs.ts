import { quote } from '../../parse.ts';
import type { ManagedBuild } from './config.ts';
import type { Findings, Position } from './findings.ts';

/** Puts something outside of /app. */
const installs =
  /(?:^|[\s;&|])(?:pip3?|pipenv|poetry|uv)\s+(?:install|sync|pip)\b|\bnpm\s+(?:i|install)\s+(?:-g|--global)\b|(?:^|[\s;&|])(?:yum|dnf|microdnf|apt-get|apt)\s+(?:-\S+\s+)*install\b/;
/** Puts it inside after all. */
const staysInside = /(?:\s-t\b|--target|--prefix|--root|venv|virtualenvs\.in-project|virtualenvs-in-project)/;

/**
 * The commonest mistake with a revised build: it goes green, and the application does not start. Said where the command
 * stands, since App Runner's own log is silent about it.
 */
export function warnOfLostInstalls(build: ManagedBuild, at: Position | undefined, findings: Findings): void {
  const { runtime, phases, preRun } = build;
  if (runtime.buildKind !== 'revised') return;
  const commands = [...phases.preBuild, ...phases.build];
  const lost = commands.find((command) => installs.test(command) && !staysInside.test(command));
  if (lost === undefined || preRun.length > 0 || commands.some((command) => staysInside.test(command)))
    return;
  findings.warn(
    at,
    `${quote(lost)} installs outside of /app, and of the build of ${runtime.name} only /app is kept`,
    'the same command under run.pre-run, too',
  );
}
