import { type AskedCall, type Place, textsIn } from './asked-call.ts';
import type { Context } from './conditions.ts';
import type { Need } from './policy.ts';

/** Who sends tags along has to be allowed to set them, on something that is not there yet. */

/** A listener is asked for as any of the load balancer's. */
export function listenerTagNeeds({ operation, input }: AskedCall, { arn }: Place): readonly Need[] {
  if (operation !== 'CreateListener' || tagsIn(input).length === 0) return [];
  const [, path = ''] = /:loadbalancer\/(.*)$/.exec(textsIn(input, 'LoadBalancerArn')[0] ?? '') ?? [];
  return [
    {
      action: 'elasticloadbalancing:AddTags',
      resource: arn('elasticloadbalancing', `listener/${path}/*`),
      context: { 'elasticloadbalancing:createaction': 'CreateListener' },
    },
  ];
}

export function certificateTagNeeds({ operation, input }: AskedCall, { arn }: Place): readonly Need[] {
  if (operation !== 'RequestCertificate' || tagsIn(input).length === 0) return [];
  const context = requestTags(input);
  return [{ action: 'acm:AddTagsToCertificate', resource: arn('acm', 'certificate/*'), context }];
}

export function certificateKeys({ input }: AskedCall): Context {
  return {
    'acm:domainnames': [...textsIn(input, 'DomainName'), ...textsIn(input, 'SubjectAlternativeNames')],
    'acm:validationmethod': textsIn(input, 'ValidationMethod')[0] ?? 'EMAIL',
    ...requestTags(input),
  };
}

const tagsIn = (input: AskedCall['input']): readonly unknown[] =>
  Array.isArray(input['Tags']) ? input['Tags'] : [];

function requestTags(input: AskedCall['input']): Context {
  const tags = tagsIn(input).map((tag) => {
    const { Key, Value = '' } = Object(tag);
    return [`aws:requesttag/${String(Key).toLowerCase()}`, String(Value)];
  });
  return Object.fromEntries(tags);
}
