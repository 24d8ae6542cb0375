import { escapeText, renderCode, renderTable } from '../../markdown.ts';
import { lastPartOf } from '../../parse-arn.ts';
import { type DeployResult, type FormerVersion, renderUrl } from '../model/result.ts';
import { renderDuration } from '../model/timeline.ts';
import { section } from './failure.ts';

type Row = readonly [string, string | undefined];

/** What the job made, and what of. */
export function renderService(result: DeployResult): readonly string[] {
  return table([
    ...rowsOfAddress(result),
    ...rowsOfVersion(result),
    ...rowsOfRun(result),
    ...rowsOfDeployment(result),
  ]);
}

/** Which version serves, where that is known, apart from the one that did not come to serve. */
export function renderServiceAfterFailure(result: DeployResult): readonly string[] {
  const { submitted } = result;
  const serving = findServing(result);
  if (serving === undefined) return section(titleOf(result), renderService(result));
  const { former, title } = serving;
  const failed = [...rowsOfVersion(result), ...rowsOfRun(result), ...rowsOfDeployment(result)];
  return [
    ...section(title, table([...rowsOfAddress(result), ...rowsOfVersion(former)])),
    ...section(
      submitted ? 'The version that failed' : 'This run',
      table(submitted ? failed : [...rowsOfRun(result), durationOf(result)]),
    ),
  ];
}

function titleOf({ version, failure }: DeployResult): string {
  const isSeen = version === 'deployed' && failure?.evidence?.serviceState === undefined;
  return isSeen ? 'What serves now: the new version' : 'Service';
}

type Serving = { readonly title: string; readonly former: FormerVersion };

/** `undefined`: nobody saw what serves. */
function findServing(result: DeployResult): Serving | undefined {
  const { former, deployment, submitted, doing, failure } = result;
  if (former === undefined || failure?.evidence?.serviceState !== undefined) return undefined;
  if (!submitted) {
    return doing === undefined ? { title: 'What serves: as before, nothing was sent', former } : undefined;
  }
  if (deployment?.phase !== 'rolled-back') return undefined;
  const back = deployment.rollbackRevisionArn;
  const title = 'What serves now: the former version';
  if (back === undefined || back === former.revisionArn) return { title, former };
  return { title, former: { revisionArn: back, image: undefined, imageDigest: undefined } };
}

function rowsOfAddress(result: DeployResult): readonly Row[] {
  const url = renderUrl(result);
  return [
    // Angle brackets make a link of what is only ever a host name; anything else stays text.
    ['URL', url !== undefined && /^https:\/\/[\w.-]+$/.test(url) ? `<${url}>` : url && renderCode(url)],
    ['Custom domains', result.customDomains.map(renderCode).join(', ')],
  ];
}

type Version = Pick<DeployResult, 'image' | 'imageDigest' | 'revisionArn'>;

function rowsOfVersion({ image, imageDigest, revisionArn }: Version): readonly Row[] {
  // In one row they would be wider than the page.
  return [
    ['Image', image && renderCode(image.replace(`@${imageDigest}`, ''))],
    ['Digest', imageDigest && renderCode(imageDigest)],
    ['Revision', revisionArn && renderCode(lastPartOf(revisionArn))],
  ];
}

function rowsOfRun({ commitSha, actor }: DeployResult): readonly Row[] {
  return [
    ['Commit', commitSha && renderCode(commitSha)],
    ['Started by', actor && renderCode(actor)],
  ];
}

function rowsOfDeployment(result: DeployResult): readonly Row[] {
  const { deploymentArn, deploymentStatus } = result;
  const deployment = [
    ...(deploymentArn === undefined ? [] : [renderCode(lastPartOf(deploymentArn))]),
    ...(deploymentStatus === undefined ? [] : [escapeText(deploymentStatus)]),
  ];
  return [['Deployment', deployment.join(', ')], durationOf(result)];
}

function durationOf({ durationSeconds }: DeployResult): Row {
  return ['Duration', renderDuration(durationSeconds)];
}

const maxRows = 20;

function table(known: readonly Row[]): readonly string[] {
  const rows = known.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]]));
  return renderTable({ head: ['Property', 'Value'], rows, maxRows });
}
