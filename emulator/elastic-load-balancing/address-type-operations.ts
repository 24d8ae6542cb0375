import { requiredText } from '../query-parameters.ts';
import { AwsError, type Operation } from '../world.ts';
import { setIpAddressType } from './load-balancers.ts';
import { findLoadBalancer } from './lookup.ts';
import { type Balancing, IP_ADDRESS_TYPES } from './state.ts';

export const addressTypeOperations = (balancing: Balancing): Record<string, Operation> => ({
  SetIpAddressType: (input) => {
    const loadBalancer = findLoadBalancer(balancing, requiredText(input, 'LoadBalancerArn'));
    const wanted = requiredText(input, 'IpAddressType');
    const type = IP_ADDRESS_TYPES.find((known) => known === wanted);
    if (!type) {
      const rule = `Member must satisfy enum value set: [${IP_ADDRESS_TYPES.join(', ')}]`;
      throw new AwsError(
        'ValidationError',
        `1 validation error detected: Value '${wanted}' at 'ipAddressType' failed to satisfy constraint: ${rule}`,
      );
    }
    setIpAddressType(loadBalancer, type);
    return { IpAddressType: type };
  },
});
