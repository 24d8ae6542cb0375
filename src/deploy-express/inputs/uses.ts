import { rows, settingNames } from '../model/settings.ts';
import {
  type DeployInputName,
  deleteInputNames,
  deployInputDefaults,
  deployInputNames,
  type InputReader,
} from './names.ts';

/** What a run is about: the operation, or that of a preview, which is one only as long as the event asks for it. */
export type Purpose = 'deploy' | 'preview' | 'delete' | 'sweep' | 'plan-migration';

/** Of other operations alone. */
const notOfDeploy: readonly DeployInputName[] = [
  'write-workflow',
  'wait-for-deletion',
  'force',
  'preview-trigger',
  'preview-label',
  'max-previews',
  'preview-max-idle-hours',
  'max-deletions',
];
const ofPreview: readonly DeployInputName[] = ['preview-trigger', 'preview-label', 'max-previews'];
/** Production's, which a preview leaves alone. */
const ofProduction: readonly DeployInputName[] = [
  'image-tags',
  'custom-domains',
  'certificate-arn',
  'request-certificate',
  'certificate-timeout-minutes',
  'hosted-zone-id',
  'dns-role-arn',
  'redirect-http',
];
const except = (names: readonly DeployInputName[]) =>
  deployInputNames.filter((name) => !names.includes(name));
const ofGitHub: readonly DeployInputName[] = ['github-deployment', 'github-environment', 'github-token'];

/** Which operation uses which input. */
const usedBy: Readonly<Record<Purpose, readonly DeployInputName[]>> = {
  deploy: except(notOfDeploy),
  preview: except([...notOfDeploy.filter((name) => !ofPreview.includes(name)), ...ofProduction]),
  delete: deleteInputNames,
  sweep: [
    'operation',
    'service-name',
    'cluster',
    'dry-run',
    'preview-max-idle-hours',
    'max-deletions',
    ...ofGitHub,
  ],
  'plan-migration': [
    'operation',
    'service-name',
    'cluster',
    'apprunner-service',
    'allow-internal',
    'write-workflow',
    'custom-domains',
    'port',
    ...settingNames.map((name) => rows[name].input),
    'github-token',
  ],
};

/** Whoever gives these expects that something is done, or not done, for them. The others a workflow hands to each operation. */
const expected: readonly DeployInputName[] = ['dry-run', 'write-workflow', 'wait-for-deletion', 'force'];

/** What is given, and has no effect on this operation. */
export function tellUnused(
  reader: InputReader,
  purpose: Purpose,
): { readonly notices: readonly string[]; readonly remarks: readonly string[] } {
  const isOther = (name: DeployInputName) => {
    const text = reader.text(name);
    return text !== undefined && text.toLowerCase() !== deployInputDefaults[name].toLowerCase();
  };
  const unused = deployInputNames.filter((name) => !usedBy[purpose].includes(name) && isOther(name));
  const what = purpose === 'preview' ? 'A preview' : `operation: ${purpose}`;
  const noticed = unused.filter((name) => expected.includes(name));
  const logged = unused.filter((name) => !expected.includes(name));
  return {
    notices: noticed.length === 0 ? [] : [`${what} does not use ${noticed.join(', ')}: no effect here.`],
    remarks:
      logged.length === 0
        ? []
        : [`Not used by ${what === 'A preview' ? 'a preview' : what}: ${logged.join(', ')}`],
  };
}
