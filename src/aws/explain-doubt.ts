import type { Doubt } from './doubt.ts';

/** By its name a call changes nothing. */
const reading = /^(Describe|List|Get|BatchGet|BatchCheck|Simulate|Test|Assume|Filter)/;

/** Whoever makes the call looks itself for what became of it, and says so. */
const explainedByCaller: readonly string[] = [
  'ChangeResourceRecordSets',
  'PauseService',
  'DeleteService',
  'RunTask',
  'StopTask',
  'StopServiceDeployment',
];

type Input = Doubt['input'];

const inConsole = 'look in the ECS console.';
const inEcr = 'look in the ECR console.';

/** What may be there now, and how to look. */
const explanations: Readonly<Record<string, (input: Input) => string>> = {
  CreateCluster: ({ clusterName }) => `Cluster ${clusterName} may have been created: ${inConsole}`,
  CreateExpressGatewayService: ({ serviceName }) =>
    `Service ${serviceName} may have been created: ${inConsole}`,
  UpdateExpressGatewayService: ({ serviceArn }) =>
    `A deployment of service ${serviceArn} may run: look with aws ecs list-service-deployments --service ${serviceArn}.`,
  DeleteExpressGatewayService: ({ serviceArn }) =>
    `Service ${serviceArn} may have been deleted: ${inConsole}`,
  TagResource: ({ resourceArn }) =>
    `Tags of ${resourceArn} may have been set: look with aws ecs list-tags-for-resource --resource-arn ${resourceArn}.`,
  UntagResource: ({ resourceArn }) =>
    `Tags of ${resourceArn} may have been removed: look with aws ecs list-tags-for-resource --resource-arn ${resourceArn}.`,
  RegisterTaskDefinition: ({ family }) =>
    `A revision of task definition ${family} may have been registered: ${inConsole}`,
  CreateLogGroup: ({ logGroupName }) =>
    `Log group ${logGroupName} may have been created: look in the CloudWatch console.`,
  CreateRepository: ({ repositoryName }) =>
    `ECR repository ${repositoryName} may have been created: ${inEcr}`,
  PutLifecyclePolicy: ({ repositoryName }) =>
    `The lifecycle policy of ECR repository ${repositoryName} may have been set: ${inEcr}`,
  PutImage: ({ repositoryName, imageTag }) =>
    `Tag ${imageTag} of ECR repository ${repositoryName} may have been set: ${inEcr}`,
  BatchDeleteImage: ({ repositoryName }) =>
    `Tags of ECR repository ${repositoryName} may have been deleted: ${inEcr}`,
  RequestCertificate: ({ DomainName, SubjectAlternativeNames }) => {
    const names = [DomainName, SubjectAlternativeNames ?? []].flat().join(', ');
    return `A certificate for ${names} may have been requested: look with aws acm list-certificates --certificate-statuses PENDING_VALIDATION.`;
  },
  CreateListener: ({ Port, LoadBalancerArn }) =>
    `A listener on port ${Port} of ${LoadBalancerArn} may have been created: look with aws elbv2 describe-listeners --load-balancer-arn ${LoadBalancerArn}.`,
  ModifyRule: ({ RuleArn }) =>
    `Hosts may have been added to listener rule ${RuleArn}: look with aws elbv2 describe-rules --rule-arns ${RuleArn}.`,
  AddListenerCertificates: ({ ListenerArn }) =>
    `A certificate may have been added to listener ${ListenerArn}: look with aws elbv2 describe-listener-certificates --listener-arn ${ListenerArn}.`,
};

/** `undefined`: the call changes nothing, or whoever makes it says it. */
export function explainDoubt(doubt: Doubt | undefined): string | undefined {
  if (doubt === undefined || reading.test(doubt.operation)) return undefined;
  if (explainedByCaller.includes(doubt.operation)) return undefined;
  const explain = explanations[doubt.operation] ?? (() => `AWS may have carried out ${doubt.operation}.`);
  return `AWS did not answer an attempt. ${explain(doubt.input)}`;
}
