import { AwsError, type Operation } from '../world.ts';
import { type Input, invalid, matchingString, optionalStrings, requiredString } from './input.ts';
import { type AppRunner, dateOf, type VpcConnector } from './state.ts';

const NAME = /[A-Za-z0-9][A-Za-z0-9\-_]{3,39}/;

export function vpcConnectorOperations(runner: AppRunner): Record<string, Operation> {
  const find = (input: Input): VpcConnector => {
    const arn = requiredString(input, 'VpcConnectorArn');
    const found = runner.vpcConnectors.get(arn);
    if (!found) throw new AwsError('ResourceNotFoundException', `VpcConnector cannot be found: ${arn}`);
    return found;
  };
  return {
    CreateVpcConnector: (input) => ({ VpcConnector: describe(create(runner, input)) }),
    DescribeVpcConnector: (input) => ({ VpcConnector: describe(find(input)) }),
  };
}

function create(runner: AppRunner, input: Input): VpcConnector {
  const name = matchingString(requiredString(input, 'VpcConnectorName'), 'VpcConnectorName', NAME);
  const subnets = optionalStrings(input, 'Subnets') ?? [];
  if (subnets.length === 0) throw invalid('At least one subnet must be specified.');
  const connector = {
    arn: runner.arn('apprunner', `vpcconnector/${name}/1/${runner.ids.hex(32)}`),
    name,
    subnets,
    // Without any, App Runner uses the default group of the VPC.
    securityGroups: optionalStrings(input, 'SecurityGroups') ?? [`sg-${runner.ids.hex(17)}`],
    createdAt: dateOf(runner),
  };
  runner.vpcConnectors.set(connector.arn, connector);
  return connector;
}

function describe({ arn, name, subnets, securityGroups, createdAt }: VpcConnector) {
  return {
    VpcConnectorName: name,
    VpcConnectorArn: arn,
    VpcConnectorRevision: 1,
    Subnets: subnets,
    SecurityGroups: securityGroups,
    Status: 'ACTIVE',
    CreatedAt: createdAt,
  };
}
