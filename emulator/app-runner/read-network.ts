import { type Input, invalid, oneOf, optionalBoolean, optionalObject, optionalString } from './input.ts';

export type NetworkSettings = {
  readonly EgressConfiguration: { readonly EgressType: 'DEFAULT' | 'VPC'; readonly VpcConnectorArn?: string };
  readonly IngressConfiguration: { readonly IsPubliclyAccessible: boolean };
  readonly IpAddressType: 'IPV4' | 'DUAL_STACK';
};

/** https://docs.aws.amazon.com/apprunner/latest/api/API_NetworkConfiguration.html */
export function readNetwork(input: Input, hasConnector: (arn: string) => boolean): NetworkSettings {
  const egress = optionalObject(input, 'EgressConfiguration') ?? {};
  const ingress = optionalObject(input, 'IngressConfiguration') ?? {};
  const type = oneOf(egress, 'EgressType', { values: ['DEFAULT', 'VPC'], otherwise: 'DEFAULT' });
  const connector = optionalString(egress, 'VpcConnectorArn');
  if (type === 'VPC' && (connector === undefined || !hasConnector(connector))) {
    throw invalid(`Could not find the VPC connector: ${connector ?? 'null'}`);
  }
  return {
    EgressConfiguration: { EgressType: type, ...(connector !== undefined && { VpcConnectorArn: connector }) },
    IngressConfiguration: { IsPubliclyAccessible: optionalBoolean(ingress, 'IsPubliclyAccessible') ?? true },
    IpAddressType: oneOf(input, 'IpAddressType', { values: ['IPV4', 'DUAL_STACK'], otherwise: 'IPV4' }),
  };
}
